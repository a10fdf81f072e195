import type { InventoryLedger, PaymentLedger } from '../participants/participant-ledgers.ts';
import type { AuditTally } from './audit-tally.ts';
import { isOrphanSince, type Ledger } from './ledger.ts';
import { mergeLedgers } from './ledger-merge.ts';
import type { SagaLedger } from './saga-ledger.ts';

export interface AuditSources {
  sagas: SagaLedger;
  payments: PaymentLedger;
  inventory: InventoryLedger;
}

/** Goes through all that the three services know, and looks a second time at what seems wrong before it counts. */
export async function walkLedgers(sources: AuditSources, startedAt: string, tally: AuditTally): Promise<void> {
  const { sagas, payments, inventory } = sources;
  const beganAt = new Date(startedAt);

  async function lookAgain({ sagaId }: Ledger): Promise<Ledger> {
    // The saga first: what its participants say after its end is final.
    const saga = await sagas.find(sagaId, startedAt);
    const [payment, reservation] = await Promise.all([payments.find(sagaId), inventory.find(sagaId)]);
    return { sagaId, saga, payment, reservation };
  }

  const lists = { sagas: sagas.pages(startedAt), payments: payments.pages(), reservations: inventory.pages() };
  for await (const batch of mergeLedgers(lists)) {
    for (const first of batch) {
      if (isOrphanSince(first, beganAt)) continue;
      tally.add(tally.isSuspect(first) ? await lookAgain(first) : first);
    }
  }
}

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

/** Suspects that are looked at again at a time: so many requests wait at a participant. */
const lookedAtOnce = 20;

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
    const ledgers = batch.filter((ledger) => !isOrphanSince(ledger, beganAt));
    const suspects = ledgers.filter(tally.isSuspect);
    const suspected = new Set(suspects);
    for (const ledger of ledgers) if (!suspected.has(ledger)) tally.add(ledger);
    for (let at = 0; at < suspects.length; at += lookedAtOnce) {
      const some = suspects.slice(at, at + lookedAtOnce);
      // Those before may have filled the lists: then nobody is named any more.
      const again = await Promise.all(some.map((first) => (tally.isSuspect(first) ? lookAgain(first) : first)));
      for (const ledger of again) tally.add(ledger);
    }
  }
}

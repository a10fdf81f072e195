import { Problem } from 'service-kit/problem';
import { z } from 'zod';
import type { ProductTotals } from '../audit/balance-judge.ts';
import { createParticipantLedger } from './participant-ledger.ts';
import { type InventoryTotals, inventoryPlan, listProducts, paymentPlan } from './participant-ledgers.ts';

/** A person waits for it. */
const timeoutMs = 1_000;
/** More than a person reads, and more than the seed stock has. */
const shownProducts = 50;

/** A row as its participant shows it. */
const shownRow = z.looseObject({ sagaId: z.string(), status: z.string() });
const view = z.object({
  reachable: z.boolean(),
  row: shownRow.nullable().describe('Null if there is none, or it could not be asked for'),
});

/** All of the stock, and the first products of it. */
export interface Stock {
  totals: InventoryTotals;
  products: ProductTotals[];
}

/** What the participants have recorded for one saga. */
export const sagaRows = z.object({ payment: view, inventory: view });

export type ParticipantViews = ReturnType<typeof createParticipantViews>;

/** The participants for a person to look at: that one does not answer is something to see, not an error. */
export function createParticipantViews(paymentServiceUrl: string, inventoryServiceUrl: string) {
  const shown = { row: shownRow, timeoutMs };
  const payments = createParticipantLedger({ ...paymentPlan, ...shown, baseUrl: paymentServiceUrl });
  const reservations = createParticipantLedger({ ...inventoryPlan, ...shown, baseUrl: inventoryServiceUrl });

  return {
    async readRows(sagaId: string): Promise<z.output<typeof sagaRows>> {
      const [payment, inventory] = await Promise.all([show(payments.find(sagaId)), show(reservations.find(sagaId))]);
      return { payment, inventory };
    },

    /** Rejects as a ledger does where the participant does not answer by its contract. */
    readPaymentTotals: payments.readTotals,
    async readStock(): Promise<Stock> {
      const firstPage = listProducts(reservations, shownProducts).next();
      const [totals, first] = await Promise.all([reservations.readTotals(), firstPage]);
      return { totals, products: first.value?.items ?? [] };
    },
  };
}

async function show(asking: Promise<z.output<typeof shownRow> | undefined>): Promise<z.output<typeof view>> {
  try {
    return { reachable: true, row: (await asking) ?? null };
  } catch (error) {
    return { reachable: false, row: toNothing(error) ?? null };
  }
}

/** Anything but a participant's failure is ours. */
export function toNothing(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}

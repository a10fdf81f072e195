import { cents } from 'service-kit/cents';
import { uuid } from 'service-kit/ids';
import { z } from 'zod';
import type { PaymentTotals, ProductTotals } from '../audit/balance-judge.ts';
import type { LedgerPayment, LedgerReservation } from '../audit/ledger.ts';
import { createParticipantLedger, type ListPage, type ParticipantLedger } from './participant-ledger.ts';

const time = z.iso.datetime().transform((text) => new Date(text));
/** A million orders of the highest amount. */
const money = cents(0, 9_999_999_990_000);

const payment = z
  .object({
    sagaId: uuid,
    status: z.enum(['CHARGED', 'REFUNDED', 'VOIDED']),
    amount: money.nullable(),
    createdAt: time,
  })
  .transform(({ amount, ...row }): LedgerPayment => ({ ...row, amountCents: amount }));

const paymentTotals = z
  .object({ charged: money, refunded: money })
  .transform(({ charged, refunded }): PaymentTotals => ({ chargedCents: charged, refundedCents: refunded }));

const reservation: z.ZodType<LedgerReservation> = z.object({
  sagaId: uuid,
  status: z.enum(['RESERVED', 'RELEASED', 'VOIDED']),
  productId: z.string().nullable(),
  quantity: z.int().nullable(),
  createdAt: time,
});

const inventoryTotals = z.object({
  counts: z.record(z.string(), z.int()),
  reserved: z.int(),
  productCount: z.int(),
  available: z.int(),
  stocked: z.int(),
});
export type InventoryTotals = z.output<typeof inventoryTotals>;

const productTotals: z.ZodType<ProductTotals> = z.object({
  id: z.string(),
  available: z.int(),
  stocked: z.int(),
  reserved: z.int(),
});

export const paymentPlan = {
  name: 'payment-service',
  path: '/payments',
  notFound: 'payment-not-found',
  totals: paymentTotals,
};

export const inventoryPlan = {
  name: 'inventory-service',
  path: '/inventory',
  notFound: 'reservation-not-found',
  totals: inventoryTotals,
};

export type PaymentLedger = ParticipantLedger<LedgerPayment, PaymentTotals>;
export interface InventoryLedger extends ParticipantLedger<LedgerReservation, InventoryTotals> {
  /** Every product, each of one moment. */
  productPages(): AsyncGenerator<ListPage<ProductTotals>>;
}

/** payment-service as the audit sees it. */
export function createPaymentLedger(baseUrl: string): PaymentLedger {
  return createParticipantLedger({ ...paymentPlan, baseUrl, row: payment });
}

/** inventory-service as the audit sees it. */
export function createInventoryLedger(baseUrl: string): InventoryLedger {
  const ledger = createParticipantLedger({ ...inventoryPlan, baseUrl, row: reservation });
  return { ...ledger, productPages: () => listProducts(ledger) };
}

/** Products with what is reserved of them, by id. */
export function listProducts<Row>(
  inventory: ParticipantLedger<Row, InventoryTotals>,
  limit?: number,
): AsyncGenerator<ListPage<ProductTotals>> {
  return inventory.list(`${inventoryPlan.path}/totals/products`, productTotals, limit);
}

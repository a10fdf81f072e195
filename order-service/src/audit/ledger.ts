import type { OrderRow } from '../order-schema.ts';
import type { SagaStatus } from '../saga/saga-events.ts';

/** A saga and its order, as the audit looks at them. */
export interface LedgerSaga {
  sagaId: string;
  status: SagaStatus;
  /** Over before the audit began: nothing of it can move any more, unless a person moves a stuck one. */
  ended: boolean;
  order: Pick<OrderRow, 'id' | 'status' | 'itemName' | 'quantity' | 'amountCents'> | null;
}

export interface LedgerPayment {
  sagaId: string;
  status: 'CHARGED' | 'REFUNDED' | 'VOIDED';
  amountCents: number | null;
  createdAt: Date;
}

export interface LedgerReservation {
  sagaId: string;
  status: 'RESERVED' | 'RELEASED' | 'VOIDED';
  productId: string | null;
  quantity: number | null;
  createdAt: Date;
}

/** All that the three services know of one saga; at least one of them knows something. */
export interface Ledger {
  sagaId: string;
  saga: LedgerSaga | undefined;
  payment: LedgerPayment | undefined;
  reservation: LedgerReservation | undefined;
}

/** The steps whose effect still stands. */
export function holdingsOf({ payment, reservation }: Ledger): ('payment' | 'inventory')[] {
  return [
    ...(payment?.status === 'CHARGED' ? (['payment'] as const) : []),
    ...(reservation?.status === 'RESERVED' ? (['inventory'] as const) : []),
  ];
}

/** Whether these are rows without a saga that came after `time`: their saga may have begun only then. */
export function isOrphanSince({ saga, payment, reservation }: Ledger, time: Date): boolean {
  return !saga && [payment, reservation].some((row) => row && row.createdAt > time);
}

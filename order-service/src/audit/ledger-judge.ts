import { fromCents } from 'service-kit/cents';
import type { SagaStatus } from '../saga/saga-events.ts';
import type { LedgerProblem } from './audit-messages.ts';
import type { Ledger, LedgerPayment, LedgerReservation, LedgerSaga } from './ledger.ts';

export interface Finding {
  problem: LedgerProblem;
  detail: string;
}

type Order = NonNullable<LedgerSaga['order']>;

/**
 * What contradicts the promises in what the three services say of one saga that is over, or of rows without a saga.
 * What a stuck or resolved saga still holds is a person's business and no contradiction.
 */
export function judgeLedger({ saga, payment, reservation }: Ledger): Finding[] {
  if (!saga) return judgeOrphan(payment, reservation);
  if (!saga.order) return [{ problem: 'order-missing', detail: `the saga is ${saga.status} and has no order` }];
  const findings = judgeOrder(saga.status, saga.order);
  if (saga.status === 'COMPLETED') findings.push(...judgeCompleted(saga.order, payment, reservation));
  if (saga.status === 'COMPENSATED') findings.push(...judgeCompensated(payment, reservation));
  return findings;
}

function judgeOrder(sagaStatus: SagaStatus, { id, status }: Order): Finding[] {
  if (status === (sagaStatus === 'COMPLETED' ? 'COMPLETED' : 'CANCELLED')) return [];
  return [{ problem: 'order-status-differs', detail: `order ${id} is ${status}, its saga ${sagaStatus}` }];
}

function judgeCompleted(order: Order, payment?: LedgerPayment, reservation?: LedgerReservation): Finding[] {
  return [...judgeCharge(order, payment), ...judgeReserve(order, reservation)];
}

function judgeCharge({ amountCents }: Order, payment?: LedgerPayment): Finding[] {
  if (!payment) return [{ problem: 'payment-missing', detail: 'the order is COMPLETED and was never charged' }];
  if (payment.status !== 'CHARGED') {
    return [{ problem: 'payment-not-charged', detail: `the order is COMPLETED, its payment ${payment.status}` }];
  }
  if (payment.amountCents === amountCents) return [];
  const detail = `the order is ${showCents(amountCents)}, the payment ${showCents(payment.amountCents)}`;
  return [{ problem: 'payment-amount-differs', detail }];
}

function judgeReserve({ itemName, quantity }: Order, reservation?: LedgerReservation): Finding[] {
  if (!reservation)
    return [{ problem: 'reservation-missing', detail: 'the order is COMPLETED and nothing is reserved' }];
  if (reservation.status !== 'RESERVED') {
    const detail = `the order is COMPLETED, its reservation ${reservation.status}`;
    return [{ problem: 'reservation-not-reserved', detail }];
  }
  const findings: Finding[] = [];
  if (reservation.productId === null || fold(reservation.productId) !== fold(itemName)) {
    const detail = `the order is of ${itemName}, the reservation of ${reservation.productId}`;
    findings.push({ problem: 'reservation-product-differs', detail });
  }
  if (reservation.quantity !== quantity) {
    const detail = `the order is of ${quantity}, the reservation of ${reservation.quantity}`;
    findings.push({ problem: 'reservation-quantity-differs', detail });
  }
  return findings;
}

function judgeCompensated(payment?: LedgerPayment, reservation?: LedgerReservation): Finding[] {
  const findings: Finding[] = [];
  if (payment?.status === 'CHARGED') {
    const detail = `the order is CANCELLED and ${showCents(payment.amountCents)} were not refunded`;
    findings.push({ problem: 'payment-not-refunded', detail });
  }
  if (reservation?.status === 'RESERVED') {
    const detail = `the order is CANCELLED and ${showUnits(reservation)} not released`;
    findings.push({ problem: 'reservation-not-released', detail });
  }
  return findings;
}

function judgeOrphan(payment?: LedgerPayment, reservation?: LedgerReservation): Finding[] {
  const findings: Finding[] = [];
  if (payment?.status === 'CHARGED') {
    const detail = `${showCents(payment.amountCents)} were charged for a saga that is not known here`;
    findings.push({ problem: 'payment-orphaned', detail });
  }
  if (reservation?.status === 'RESERVED') {
    const detail = `${showUnits(reservation)} reserved for a saga that is not known here`;
    findings.push({ problem: 'reservation-orphaned', detail });
  }
  return findings;
}

/** As inventory-service compares product ids. */
function fold(productId: string): string {
  return productId.toLowerCase().normalize('NFC');
}

function showCents(cents: number | null): string {
  return cents === null ? 'nothing' : fromCents(cents).toFixed(2);
}

function showUnits({ quantity, productId }: LedgerReservation): string {
  return `${quantity} of ${productId} ${quantity === 1 ? 'is' : 'are'}`;
}

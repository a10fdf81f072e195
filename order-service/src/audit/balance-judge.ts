import { fromCents } from 'service-kit/cents';
import type { BalanceProblem } from './audit-messages.ts';

export interface PaymentTotals {
  chargedCents: number;
  refundedCents: number;
}

export interface ReservedTotals {
  /** Units of all products. */
  reservedUnits: number;
}

export interface ProductTotals {
  id: string;
  available: number;
  stocked: number;
  /** The sum of its RESERVED reservations. */
  reserved: number;
}

/** What the orders account for. */
export interface Accounted {
  completedCents: number;
  completedUnits: number;
  heldCents: number;
  heldUnits: number;
}

export interface BalanceFinding {
  problem: BalanceProblem;
  detail: string;
}

/** The products of which something is lost or made from nothing: at any time stocked = available + reserved. */
export function findUnbalancedProducts(products: readonly ProductTotals[]): ProductTotals[] {
  return products.filter(({ available, reserved, stocked }) => stocked !== available + reserved);
}

export function describeProduct({ id, available, reserved, stocked }: ProductTotals): BalanceFinding {
  const detail = `${id}: stocked ${stocked}, available ${available} + reserved ${reserved}`;
  return { problem: 'stock-not-conserved', detail };
}

/** What contradicts promise 3 in the sums; they have to agree only while nothing is in flight. */
export function judgeSums(accounted: Accounted, totals: PaymentTotals & ReservedTotals): BalanceFinding[] {
  const { completedCents, completedUnits, heldCents, heldUnits } = accounted;
  const { chargedCents, refundedCents, reservedUnits } = totals;
  const findings: BalanceFinding[] = [];
  if (chargedCents - refundedCents !== completedCents + heldCents) {
    const taken = `charged ${show(chargedCents)} - refunded ${show(refundedCents)}`;
    const detail = `${taken}, COMPLETED orders ${show(completedCents)} + held ${show(heldCents)}`;
    findings.push({ problem: 'money-not-conserved', detail });
  }
  if (reservedUnits !== completedUnits + heldUnits) {
    const detail = `reserved ${reservedUnits}, COMPLETED orders ${completedUnits} + held ${heldUnits}`;
    findings.push({ problem: 'units-not-conserved', detail });
  }
  return findings;
}

function show(cents: number): string {
  return fromCents(cents).toFixed(2);
}

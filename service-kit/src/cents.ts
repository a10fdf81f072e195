import { z } from 'zod';

/**
 * A JSON number with at most two decimals from `min` to `max`, read as whole hundredths. Exact: a double holds every
 * such number below 10^13 closely enough that its two decimals come back unchanged.
 */
export function cents(min: number, max: number) {
  return z
    .number()
    .min(min)
    .max(max)
    .refine((amount) => fromCents(toCents(amount)) === amount, 'must have at most two decimals')
    .meta({ multipleOf: 0.01 })
    .transform(toCents);
}

/** Whole hundredths as the number that goes over the wire: 1050 → 10.5. */
export function fromCents(hundredths: number): number {
  return hundredths / 100;
}

function toCents(amount: number): number {
  return Math.round(amount * 100);
}

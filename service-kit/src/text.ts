import { z } from 'zod';

/** A string of 1 to `max` characters after trimming, without control characters or broken surrogates. */
export function plainText(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters');
}

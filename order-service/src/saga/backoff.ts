import type { Backoff } from './saga-definition.ts';

/**
 * How long to pause after `attempt` failed attempts (1 or more), in milliseconds.
 * @param random from 0 up to 1; spreads the pauses of callers that failed together over the upper half of the range
 */
export function pauseAfter(attempt: number, { firstMs, maxMs }: Backoff, random: number): number {
  const fullMs = Math.min(firstMs * 2 ** (attempt - 1), maxMs);
  return Math.round(fullMs * (0.5 + random / 2));
}

import { wholeNumber } from 'service-kit/config';
import { z } from 'zod';
import { partNames } from './part-names.ts';

/** What a run measures and for how long, from the environment. */
export const benchSettings = z.object({
  /** Names of parts, all unless told otherwise. They run in their own order. */
  parts: words(z.enum(partNames, `must be of ${partNames.join(', ')}`)).default([...partNames]),
  /** Clients that order at the same time: one waits for nobody, 256 are more than there is to do at once. */
  clients: words(wholeNumber(1, 1000)).default([1, 16, 64, 256]),
  /** Each with fresh data and processes. More than one tells how far chance moves the ratios. */
  runs: wholeNumber(1, 99).default(1),
  /** Of each load in a run. The figures are medians of these, so an odd number. */
  rounds: wholeNumber(1, 99).default(3),
  /** Of each round: at 100 orders a second still 400 latencies, and a run of all parts takes a quarter of an hour. */
  seconds: decimal('must be seconds, such as 4 or 0.5').default(4),
  /** Orders of each kind before its first round: by then V8 has compiled what is hot. */
  warmUp: wholeNumber(0, 1_000_000).default(2_000),
  /** Finished sagas for the part `grown`. */
  finished: wholeNumber(1, 10_000_000).default(1_000_000),
  /** Sagas that a killed process leaves for the part `recovery`. */
  unfinished: wholeNumber(1, 100_000).default(10_000),
  /** 1 writes bench/results.md. */
  results: wholeNumber(0, 1).default(0),
});
export type BenchSettings = z.output<typeof benchSettings>;

function decimal(error: string) {
  return z
    .string()
    .regex(/^\d{1,4}(\.\d{1,3})?$/, error)
    .transform(Number)
    .refine((value) => value > 0, error);
}

/** A list in one variable, its items parted by spaces or commas. */
function words<Item extends z.ZodType<unknown, string>>(item: Item) {
  return z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(item));
}

import { pauseAfter } from './backoff.ts';

/** Another version of the program may be minutes away, or be there already: a look costs two reads. */
const backoff = { firstMs: 2_000, maxMs: 60_000 };

/**
 * The sagas that this process refused, each left alone for a pause that grows from look to look. They are kept in memory:
 * whoever knows them is to find them as they were.
 */
export function createRefusedSagas() {
  const refusals = new Map<string, { times: number; pausedUntilMs: number }>();
  return {
    add(id: string): void {
      const times = (refusals.get(id)?.times ?? 0) + 1;
      refusals.set(id, { times, pausedUntilMs: performance.now() + pauseAfter(times, backoff, Math.random()) });
    },

    /** Those whose pause is not over. One that was not refused again long after its pause is another's by now. */
    listPaused(): string[] {
      const nowMs = performance.now();
      for (const [id, { pausedUntilMs }] of refusals) if (pausedUntilMs + backoff.maxMs < nowMs) refusals.delete(id);
      return [...refusals].flatMap(([id, { pausedUntilMs }]) => (pausedUntilMs > nowMs ? [id] : []));
    },
  };
}

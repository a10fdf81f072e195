import { Gauge, type Registry } from 'prom-client';
import { readSparingly } from 'service-kit/sparing-reader';
import { waitAtMost } from 'service-kit/wait-at-most';
import type { SagaCensus } from './saga/saga-census.ts';

/** A scrape costs the database at most a twentieth of one connection's time, however many sagas there are. */
const sparing = { share: 0.05, minIntervalMs: 500, longestPauseAfterFailureMs: 2_000 };
/** Prometheus gives a whole scrape 10 s, and wants the rest of it most when the database is slow. */
const longestWaitMs = 1_000;

/**
 * What the database says of the sagas of all processes, read when it is asked for. What cannot be read is left out: the
 * last value would look like a fact ("nothing is stuck") for as long as the database is away.
 */
export function createSagaGauges(registry: Registry, census: SagaCensus): void {
  const registers = [registry];
  const readOpen = readSparingly(census.countOpen, sparing);
  const readClosed = readSparingly(census.countClosed, sparing);

  new Gauge({
    name: 'sagas',
    help: 'Sagas by status, in the database: the same in every process',
    labelNames: ['status'],
    registers,
    async collect() {
      const [open, closed] = await Promise.all([inTime(readOpen()), inTime(readClosed())]);
      this.reset();
      for (const [status, count] of Object.entries({ ...open?.counts, ...closed })) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'saga_oldest_unfinished_age_seconds',
    help: 'Time since the oldest saga began that is neither over nor stuck, in the database; 0 if there is none',
    registers,
    async collect() {
      const open = await inTime(readOpen());
      if (open) this.set(open.oldestUnfinishedAgeS);
      else this.remove();
    },
  });
}

/** Undefined if the reading fails or takes too long; the next scrape may have it then. */
async function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  return waitAtMost(longestWaitMs, reading).catch(() => undefined);
}

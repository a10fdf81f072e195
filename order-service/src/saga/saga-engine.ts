import { setMaxListeners } from 'node:events';
import { setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutDatabaseBudget } from 'service-kit/database-budget';
import { describeError } from 'service-kit/error-description';
import { newId } from 'service-kit/ids';
import type { Logger } from 'service-kit/logger';
import { currentContext, runInContext } from 'service-kit/request-context';
import { createLeaseKeeper } from './lease-keeper.ts';
import { readKnownLog } from './next-move.ts';
import type { SagaDefinition } from './saga-definition.ts';
import { type BegunSaga, createDriver, type Passing, type SagaObserver } from './saga-driver.ts';
import type { SagaEvent } from './saga-events.ts';
import type { HeldSaga } from './saga-record.ts';
import { createSagaRecovery } from './saga-recovery.ts';
import { IllegalLog } from './saga-state.ts';
import { LeaseLost, type SagaStore } from './saga-store.ts';

export interface SagaEngineOptions<Input> {
  definition: SagaDefinition<Input>;
  store: SagaStore<Input>;
  observe: SagaObserver<Input>;
  logger: Logger;
  /** See Passing in saga-driver.ts. */
  passing?: Passing | undefined;
  /** Runs the drive of a saga from its begin to its end, whoever asked for it. */
  wrapDrive?: ((saga: HeldSaga<Input>, drive: () => Promise<void>) => Promise<void>) | undefined;
  /** Told of each drive that ended before its time, or that was refused. */
  observeDrop?: (reason: DropReason) => void;
  /** Beyond this no saga is begun. */
  maxSagasInFlight: number;
  leaseMs: number;
  recoveryIntervalMs: number;
  recoveryBatch: number;
  longestPauseMs: number;
  longestRetryAfterMs: number;
}

/** What ended a drive, or kept it from beginning: another driver's claim, a log that this program refuses, or an error, mostly of the database. */
export const dropReasons = ['lease-lost', 'illegal-log', 'error'] as const;
export type DropReason = (typeof dropReasons)[number];

/** Each may add forty entries to a log, which is read and answered as a whole: no more than two thousand of them. */
const mostRetries = 50;

/** A saga was retried as often as it may be: nothing was written. */
export class TooManyRetries extends Error {}

/** There are as many sagas in flight as there may be: nothing was written. */
export class Overloaded extends Error {}

export type SagaEngine<Input> = ReturnType<typeof createSagaEngine<Input>>;

/** Begins sagas, drives them, and takes over those that were left by others. */
export function createSagaEngine<Input>(options: SagaEngineOptions<Input>) {
  const { definition, store, observe, passing, wrapDrive, logger, maxSagasInFlight } = options;
  const stop = new AbortController();
  // Every driver that sits out a pause listens to it.
  setMaxListeners(0, stop.signal);
  const leases = createLeaseKeeper(store, options.leaseMs, logger);
  const driver = createDriver({ ...options, stopping: stop.signal });
  const { recoverOnce, recoverAll, isRecovering } = createSagaRecovery<Input>({
    ...options,
    drive: take,
    observeRefusal: () => options.observeDrop?.('illegal-log'),
    stopping: stop.signal,
  });
  const driving = new Set<Promise<void>>();
  let beginning = 0;
  let timer: NodeJS.Timeout | undefined;

  /**
   * Tells of the events with which this process took the saga, and drives it in the background. Never rejects: whatever
   * stops it, recovery comes back to the saga.
   * @param begun the saga as it was begun, if it was now
   */
  function take(saga: HeldSaga<Input>, begun?: BegunSaga<Input>): Promise<void> {
    const context = { requestId: newId(), ...currentContext(), sagaId: saga.id };
    const drive = () => driveOn(saga, begun);
    const driven = runInContext(context, () =>
      withoutDatabaseBudget(() => (wrapDrive ? wrapDrive(saga, drive) : drive())),
    );
    driving.add(driven);
    return driven.finally(() => driving.delete(driven));
  }

  async function driveOn(saga: HeldSaga<Input>, begun: BegunSaga<Input> | undefined): Promise<void> {
    try {
      for (const entry of begun ? saga.log : saga.log.slice(-1)) observe(saga, entry);
      const handover = await leases.holding(saga, () => driver.advance(saga, begun?.next));
      if (handover) await store.release(saga, handover.at);
    } catch (error) {
      await drop(saga, error);
    }
  }

  async function drop(saga: HeldSaga<Input>, error: unknown): Promise<void> {
    options.observeDrop?.(toDropReason(error));
    if (error instanceof LeaseLost) return void logger.warn('saga dropped: its lease was lost');
    if (!(error instanceof IllegalLog)) {
      return void logger.warn('saga dropped until its lease runs out', { error: describeError(error) });
    }
    logger.error('saga refused: its log is illegal', { error: error.message });
    const pauseMs = Math.min(options.recoveryIntervalMs * 2 ** saga.fencingToken, 60_000);
    await store.release(saga, new Date(saga.now().getTime() + pauseMs)).catch(() => {});
  }

  /** Sagas that this process begins or drives. */
  const countInFlight = () => beginning + driving.size;

  return {
    /**
     * Commits a new saga together with the row that comes `alongside`, and drives it. Resolves once it is committed, with
     * the saga, whose log grows, and a promise for the end of the drive (which is not always the end of the saga).
     * @throws Overloaded, or CommitUnknown if it cannot be told whether it was committed; any other error means that it
     *   was not
     */
    async begin(
      id: string,
      input: Input,
      alongside: object,
    ): Promise<{ saga: HeldSaga<Input>; driven: Promise<void> }> {
      if (countInFlight() >= maxSagasInFlight) throw new Overloaded(`${maxSagasInFlight} sagas are in flight`);
      beginning += 1;
      try {
        const begun = await driver.begin(id, input, alongside);
        return { saga: begun.saga, driven: take(begun.saga, begun) };
      } finally {
        beginning -= 1;
      }
    },

    /**
     * Has a saga that is stuck, or waits for its next attempt, tried again now. False if it is neither.
     * @throws IllegalLog if this program cannot go on with its log, or TooManyRetries: nothing was written
     */
    async retry(id: string, by: string): Promise<boolean> {
      const record = await store.find(id);
      if (!record) return false;
      readKnownLog(definition, record.log);
      const retries = record.log.filter(({ type }) => type === 'retried').length;
      if (retries >= mostRetries) throw new TooManyRetries(`It was retried ${retries} times.`);
      await passing?.('before', { type: 'retried', by });
      const saga = await store.retry(record, by);
      await passing?.('after', { type: 'retried', by });
      if (saga) void take(saga);
      return saga !== undefined;
    },

    /** Closes a stuck saga by hand. False if it is not stuck. */
    async resolve(id: string, by: string, reason: string): Promise<boolean> {
      await passing?.('before', { type: 'resolved', by, reason });
      const saga = await store.resolve(id, by, reason);
      await passing?.('after', { type: 'resolved', by, reason });
      if (saga) observe(saga, saga.log.at(-1) as SagaEvent);
      return saga !== undefined;
    },

    recoverOnce,
    countInFlight,

    /** Recovers now and at every interval. */
    start(): void {
      leases.start();
      timer = setInterval(recoverAll, options.recoveryIntervalMs);
      void recoverAll();
    },

    /** Stops recovery, lets every drive stop at the end of its call, and gives the leases up. */
    async stop(): Promise<void> {
      clearInterval(timer);
      stop.abort();
      // A saga whose begin or claim was under way is driven once more, to be given up after its first call at the latest.
      while (isRecovering() || countInFlight() > 0) await Promise.race([...driving, sleep(10)]);
      leases.stop();
    },
  };
}

function toDropReason(error: unknown): DropReason {
  if (error instanceof LeaseLost) return 'lease-lost';
  return error instanceof IllegalLog ? 'illegal-log' : 'error';
}

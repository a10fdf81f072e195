import { setInterval } from 'node:timers';
import type { SQL } from 'drizzle-orm';
import { describeError } from 'service-kit/http-app';
import { newId } from 'service-kit/ids';
import type { Logger } from 'service-kit/logger';
import { currentContext, runInContext } from 'service-kit/request-context';
import { createLeaseKeeper } from './lease-keeper.ts';
import type { SagaDefinition } from './saga-definition.ts';
import { createDriver, type SagaObserver } from './saga-driver.ts';
import type { SagaEvent } from './saga-events.ts';
import { IllegalLog } from './saga-state.ts';
import { type HeldSaga, LeaseLost, type SagaStore } from './saga-store.ts';

export interface SagaEngineOptions<Input> {
  definition: SagaDefinition<Input>;
  store: SagaStore<Input>;
  observe: SagaObserver<Input>;
  logger: Logger;
  leaseMs: number;
  recoveryIntervalMs: number;
  recoveryBatch: number;
  longestPauseMs: number;
  longestRetryAfterMs: number;
}

export type SagaEngine<Input> = ReturnType<typeof createSagaEngine<Input>>;

/** Begins sagas, drives them, and takes over those that were left by others. */
export function createSagaEngine<Input>(options: SagaEngineOptions<Input>) {
  const { definition, store, observe, logger } = options;
  const stop = new AbortController();
  const leases = createLeaseKeeper(store, options.leaseMs, logger);
  const advance = createDriver({ ...options, stopping: stop.signal });
  const driving = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  /** Drives a held saga in the background. Never rejects: whatever stops it, recovery comes back to the saga. */
  function drive(saga: HeldSaga<Input>): Promise<void> {
    const context = { requestId: newId(), ...currentContext(), sagaId: saga.id };
    const driven = runInContext(context, () =>
      leases.holding(saga, () => advance(saga)).catch((error) => drop(saga, error)),
    );
    driving.add(driven);
    return driven.finally(() => driving.delete(driven));
  }

  async function drop(saga: HeldSaga<Input>, error: unknown): Promise<void> {
    if (error instanceof LeaseLost) return void logger.warn('saga dropped: its lease was lost');
    if (!(error instanceof IllegalLog)) {
      return void logger.warn('saga dropped until its lease runs out', { error: describeError(error) });
    }
    logger.error('saga refused: its log is illegal', { error: error.message });
    const pauseMs = Math.min(options.recoveryIntervalMs * 2 ** saga.fencingToken, 3_600_000);
    await store.release(saga, new Date(saga.now().getTime() + pauseMs)).catch(() => {});
  }

  /** Claims one batch of sagas that nobody drives and drives them. Resolves, once they are claimed, with the drives. */
  async function recoverOnce(): Promise<Promise<void>[]> {
    const claimed = await store.claim(options.recoveryBatch);
    return claimed.map((saga) => {
      const claim = saga.log.at(-1);
      if (claim) observe(saga, claim);
      return drive(saga);
    });
  }

  return {
    /**
     * Commits a new saga together with the row that `alongside` inserts, and drives it. Resolves once it is committed,
     * with the database's time and a promise for the end of the drive (which is not always the end of the saga).
     * @throws CommitUnknown if it cannot be told whether it was committed; any other error means that it was not
     */
    async begin(id: string, input: Input, alongside: SQL): Promise<{ begunAt: Date; driven: Promise<void> }> {
      const saga = await store.begin(
        id,
        input,
        definition.steps.map(({ name }) => name),
        alongside,
      );
      const begun = saga.log[0] as SagaEvent;
      observe(saga, begun);
      return { begunAt: begun.at, driven: drive(saga) };
    },

    recoverOnce,

    /** Recovers now and at every interval. */
    start(): void {
      const recover = () => {
        recoverOnce().catch((error) => logger.warn('recovery failed', { error: describeError(error) }));
      };
      leases.start();
      timer = setInterval(recover, options.recoveryIntervalMs);
      recover();
    },

    /** Stops recovery, lets every drive stop at the end of its call, and gives the leases up. */
    async stop(): Promise<void> {
      clearInterval(timer);
      stop.abort();
      await Promise.all(driving);
      leases.stop();
    },
  };
}

import { setInterval } from 'node:timers';
import { withDatabaseBudget } from 'service-kit/database-budget';
import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import type { HeldSaga } from './saga-record.ts';
import type { SagaStore } from './saga-store.ts';

/**
 * Keeps the leases of the sagas that this process drives from running out while a call or a pause takes long: at every
 * third of a lease all of them are extended in one statement.
 */
export function createLeaseKeeper<Input>(store: SagaStore<Input>, leaseMs: number, logger: Logger) {
  const held = new Set<HeldSaga<Input>>();
  let extending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** Never twice at once: an earlier extension could come after a lease was given up. */
  function extendOnce(): Promise<void> {
    if (held.size === 0) return extending ?? Promise.resolve();
    // In the time of a request: later than that the leases may have run out.
    const extend = () => store.extend([...held]);
    extending ??= withDatabaseBudget(Number.POSITIVE_INFINITY, extend).finally(() => {
      extending = undefined;
    });
    return extending;
  }

  return {
    /** Holds the lease until `work` is done. */
    async holding<T>(saga: HeldSaga<Input>, work: () => Promise<T>): Promise<T> {
      held.add(saga);
      try {
        return await work();
      } finally {
        held.delete(saga);
        // An extension that is under way must not come after the lease is given up.
        await extending?.catch(() => {});
      }
    },
    extendOnce,
    start(): void {
      const extend = () =>
        extendOnce().catch((error) => logger.warn('leases not extended', { error: describeError(error) }));
      timer = setInterval(extend, leaseMs / 3);
    },
    stop(): void {
      clearInterval(timer);
    },
  };
}

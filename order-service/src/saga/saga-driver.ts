import { setTimeout as sleep } from 'node:timers/promises';
import { pauseAfter } from './backoff.ts';
import { type Move, nextMove } from './next-move.ts';
import type { Call, SagaDefinition } from './saga-definition.ts';
import type { CallResult, NewSagaEvent, SagaEvent } from './saga-events.ts';
import { readLog } from './saga-state.ts';
import type { HeldSaga, SagaStore } from './saga-store.ts';

/** Told of every event once it is committed. */
export type SagaObserver<Input> = (saga: HeldSaga<Input>, event: SagaEvent) => void;

/** Passed before and after every event is written: where a process can be made to die. */
export type Passing = (when: 'before' | 'after', event: NewSagaEvent) => Promise<void>;

export interface DriverParts<Input> {
  definition: SagaDefinition<Input>;
  store: SagaStore<Input>;
  observe: SagaObserver<Input>;
  passing?: Passing | undefined;
  /** A longer pause is not sat out: the lease is given up, and recovery claims the saga when it is due. */
  longestPauseMs: number;
  /** A participant's Retry-After is obeyed up to this. */
  longestRetryAfterMs: number;
  /** Aborted when the process is to stop: the saga is given up at the next call's end. */
  stopping: AbortSignal;
}

/** A saga to be given up: from when on it may be claimed, null for now. */
export interface Handover {
  at: Date | null;
}

type CallMove = Extract<Move, { type: 'call' }>;

/** The one way to drive a saga, for requests, retries, restarts and takeovers alike. */
export function createDriver<Input>(parts: DriverParts<Input>) {
  const { definition, store, observe, passing, longestPauseMs, longestRetryAfterMs, stopping } = parts;

  /**
   * Drives a held saga until it is over, or until it is to be given up: then it says from when on.
   * @throws LeaseLost, IllegalLog, or the error of the database that kept it from being driven on
   */
  async function advance(saga: HeldSaga<Input>): Promise<Handover | undefined> {
    for (;;) {
      const move = nextMove(definition, saga.log, saga.now());
      if (move.type === 'rest') return undefined;
      if (move.type === 'record') await record(saga, move.event);
      else if (stopping.aborted) return { at: waitingUntil(move) };
      else if (move.type === 'call') await call(saga, move);
      else {
        const pauseMs = move.until.getTime() - saga.now().getTime();
        if (pauseMs > longestPauseMs) return { at: move.until };
        await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
      }
    }
  }

  async function call(saga: HeldSaga<Input>, move: CallMove): Promise<void> {
    const { direction, step, attempt } = move;
    await record(saga, { type: `${direction}-called`, step, attempt });
    const plan = definition.steps.find(({ name }) => name === step)?.[direction] as Call<Input>;
    const startedAt = performance.now();
    const result = await plan.call(saga.input, { sagaId: saga.id, attempt, timeoutMs: plan.timeoutMs });
    const durationMs = Math.round(performance.now() - startedAt);
    const { transient, retryAfterMs, ...answer } = result;
    const pauseMs = pauseBeforeRetry(plan, move, result);
    const retry = pauseMs === undefined ? {} : { retryAt: new Date(saga.now().getTime() + pauseMs) };
    await record(saga, { type: `${direction}-answered`, step, attempt, durationMs, ...answer, ...retry });
  }

  /** Undefined where another attempt makes no sense. */
  function pauseBeforeRetry(plan: Call<Input>, { direction, spending }: CallMove, result: CallResult) {
    if (result.outcome === 'succeeded' || spending >= plan.attempts) return undefined;
    // An action is repeated only if that may help; a compensation has to succeed in the end, whatever was answered.
    if (direction === 'action' && !(result.outcome === 'unknown' && result.transient)) return undefined;
    const askedMs = Math.min(result.retryAfterMs ?? 0, longestRetryAfterMs);
    return Math.max(askedMs, pauseAfter(spending, plan.backoff, Math.random()));
  }

  /** Appends the event, in the database first. Throws IllegalLog before anything is written, or LeaseLost. */
  async function record(saga: HeldSaga<Input>, event: NewSagaEvent): Promise<void> {
    const entry = { ...event, seq: saga.log.length + 1, at: saga.now() } as SagaEvent;
    const log = [...saga.log, entry];
    const before = readLog(saga.log);
    const { status, failure } = readLog(log);
    const dueAt = event.type === 'compensation-answered' ? waitingUntil(nextMove(definition, log, entry.at)) : null;
    const statusChanges = status !== before.status;
    await passing?.('before', event);
    const at = await store.append(saga, event, { status, statusChanges, failure, dueAt });
    await passing?.('after', event);
    saga.log.push({ ...entry, at });
    observe(saga, { ...entry, at });
  }

  return advance;
}

function waitingUntil(move: Move): Date | null {
  return move.type === 'wait' ? move.until : null;
}

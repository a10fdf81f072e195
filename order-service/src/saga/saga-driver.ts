import { setTimeout as sleep } from 'node:timers/promises';
import { pauseAfter } from './backoff.ts';
import { type Move, planTurn, type Turn } from './next-move.ts';
import type { Call, SagaDefinition } from './saga-definition.ts';
import type { CallResult, NewSagaEvent, SagaEvent } from './saga-events.ts';
import type { HeldSaga } from './saga-record.ts';
import { readLog } from './saga-state.ts';
import type { SagaStore } from './saga-store.ts';

/** Told of every event once it is committed. */
export type SagaObserver<Input> = (saga: HeldSaga<Input>, event: SagaEvent) => void;

/** Passed for each event before they are written, and again after: where a process can be made to die. */
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
type Next = Turn['next'] | ({ type: 'hand-over' } & Handover);

/** A saga that was just begun. */
export interface BegunSaga<Input> {
  saga: HeldSaga<Input>;
  /** What is to be done first, where that is written already. */
  next: Next | undefined;
}

/** The one way to drive a saga, for requests, retries, restarts and takeovers alike. */
export function createDriver<Input>(parts: DriverParts<Input>) {
  const { definition, store, observe, passing, longestPauseMs, longestRetryAfterMs, stopping } = parts;
  const steps = definition.steps.map(({ name }) => name);

  /** Commits a new saga, and the intent of its first call if it is to make one. Throws what the store's `begin` does. */
  async function begin(id: string, input: Input, alongside: object): Promise<BegunSaga<Input>> {
    const begun: NewSagaEvent = { type: 'begun', steps };
    const { events, next } = planTurn(definition, [], [begun], new Date());
    const calls = next.type === 'call';
    const first = calls ? events : [begun];
    const saga = await pass(first, () => store.begin(id, input, first, alongside));
    return { saga, next: calls ? next : undefined };
  }

  /**
   * Drives a held saga until it is over, or until it is to be given up: then it says from when on.
   * @param next what is to be done first, where that is known
   * @throws LeaseLost, IllegalLog, or the error of the database that kept it from being driven on
   */
  async function advance(saga: HeldSaga<Input>, next?: Next): Promise<Handover | undefined> {
    let move = next ?? (await write(saga, []));
    for (;;) {
      if (move.type === 'rest') return undefined;
      if (move.type === 'hand-over') return { at: move.at };
      if (move.type === 'call') move = await write(saga, [await call(saga, move)]);
      else {
        const pauseMs = move.until.getTime() - saga.now().getTime();
        await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
        move = await write(saga, []);
      }
    }
  }

  async function call(saga: HeldSaga<Input>, move: CallMove): Promise<NewSagaEvent> {
    const { direction, step, attempt } = move;
    const plan = definition.steps.find(({ name }) => name === step)?.[direction] as Call<Input>;
    const startedAt = performance.now();
    const result = await plan.call(saga.input, { sagaId: saga.id, attempt, timeoutMs: plan.timeoutMs });
    const durationMs = Math.round(performance.now() - startedAt);
    const { transient, retryAfterMs, counted, ...answer } = result;
    const pauseMs = pauseBeforeRetry(plan, move, result);
    const retry = pauseMs === undefined ? {} : { retryAt: new Date(saga.now().getTime() + pauseMs) };
    return { type: `${direction}-answered`, step, attempt, durationMs, ...answer, ...retry };
  }

  /** Undefined where another attempt makes no sense. */
  function pauseBeforeRetry(plan: Call<Input>, { direction, spending }: CallMove, result: CallResult) {
    if (result.outcome === 'succeeded' || spending >= plan.attempts) return undefined;
    // An action is repeated only if that may help; a compensation has to succeed in the end, whatever was answered.
    if (direction === 'action' && (result.outcome === 'rejected' || !result.transient)) return undefined;
    const askedMs = Math.min(result.retryAfterMs ?? 0, longestRetryAfterMs);
    return Math.max(askedMs, pauseAfter(spending, plan.backoff, Math.random()));
  }

  /**
   * Appends what happened and what follows from it, and says what is to be done then. Throws IllegalLog before anything
   * is written, or LeaseLost.
   */
  async function write(saga: HeldSaga<Input>, news: NewSagaEvent[]): Promise<Next> {
    const mayCall = !stopping.aborted;
    const { status: before } = readLog(saga.log);
    const { events, state, next } = planTurn(definition, saga.log, news, saga.now(), mayCall);
    const { status, failure } = state;
    const waitingUntil = next.type === 'wait' ? next.until : null;
    if (events.length > 0) {
      // Only a saga that turned back may be told to try again before its time.
      const dueAt = status === 'COMPENSATING' ? waitingUntil : null;
      const result = { status, statusChanges: status !== before, failure, dueAt };
      const entries = await pass(events, () => store.append(saga, events, result));
      saga.log.push(...entries);
      for (const entry of entries) observe(saga, entry);
    }
    if (next.type === 'rest') return next;
    const isLong = waitingUntil !== null && waitingUntil.getTime() - saga.now().getTime() > longestPauseMs;
    return mayCall && !isLong ? next : { type: 'hand-over', at: waitingUntil };
  }

  async function pass<T>(events: readonly NewSagaEvent[], writeThem: () => Promise<T>): Promise<T> {
    for (const event of events) await passing?.('before', event);
    const written = await writeThem();
    for (const event of events) await passing?.('after', event);
    return written;
  }

  return { begin, advance };
}

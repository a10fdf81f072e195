import type { SagaDefinition } from '../../src/saga/saga-definition.ts';
import type { Answered, Failure, NewSagaEvent, SagaEvent } from '../../src/saga/saga-events.ts';

export const startOfTime = new Date('2026-01-01T00:00:00Z');

/** The time so many milliseconds after the log's first event. */
export function after(ms: number): Date {
  return new Date(startOfTime.getTime() + ms);
}

/** A log of these events after `begun`, a millisecond apart. */
export function buildLog(steps: string[], ...events: NewSagaEvent[]): SagaEvent[] {
  const all: NewSagaEvent[] = [{ type: 'begun', steps }, ...events];
  return all.map((event, index) => ({ ...event, seq: index + 1, at: after(index) }));
}

/** A definition for the pure functions: nothing in it can be called. */
export function planOf(steps: string[], { actions = 3, compensations = 3, deadlineMs = 30_000 } = {}) {
  const call = (attempts: number) => ({
    attempts,
    timeoutMs: 1000,
    backoff: { firstMs: 100, maxMs: 400 },
    call: () => Promise.reject(new Error('not to be called')),
  });
  const definition: SagaDefinition<never> = {
    deadlineMs,
    steps: steps.map((name) => ({ name, action: call(actions), compensation: call(compensations) })),
  };
  return definition;
}

type Answer = Partial<Omit<Answered, 'type' | 'step'>>;

/** Events by what they mean. */
export const called = (step: string, attempt = 1): NewSagaEvent => ({ type: 'action-called', step, attempt });
export const succeeded = (step: string, attempt = 1): NewSagaEvent => answered(step, { outcome: 'succeeded', attempt });
export const rejected = (step: string, attempt = 1): NewSagaEvent =>
  answered(step, { outcome: 'rejected', reason: 'no', attempt });
export const unknown = (step: string, more: Answer = {}): NewSagaEvent =>
  answered(step, { outcome: 'unknown', reason: 'HTTP 500', ...more });
export const notSent = (step: string, more: Answer = {}): NewSagaEvent =>
  answered(step, { outcome: 'not-sent', kind: 'network', reason: 'ECONNREFUSED', ...more });
export const failed = (step: string, outcome: Failure['outcome'] = 'unknown'): NewSagaEvent => ({
  type: 'failed',
  step,
  outcome,
  reason: 'no',
});
export const undoing = (step: string, attempt = 1): NewSagaEvent => ({ type: 'compensation-called', step, attempt });
export const undone = (step: string, attempt = 1): NewSagaEvent => ({
  type: 'compensation-answered',
  step,
  attempt,
  outcome: 'succeeded',
  durationMs: 1,
});
export const notUndone = (step: string, attempt: number, retryAt: Date): NewSagaEvent => ({
  type: 'compensation-answered',
  step,
  attempt,
  outcome: 'unknown',
  reason: 'HTTP 503',
  durationMs: 1,
  retryAt,
});
export const claimed: NewSagaEvent = { type: 'claimed', by: 'another' };
export const ended: NewSagaEvent = { type: 'ended' };
export const parked: NewSagaEvent = { type: 'parked' };

function answered(step: string, answer: Answer): NewSagaEvent {
  return { type: 'action-answered', step, attempt: 1, outcome: 'succeeded', durationMs: 1, ...answer };
}

export const sagaStatuses = [
  'STARTED',
  'COMPLETED',
  'COMPENSATING',
  'COMPENSATED',
  'COMPENSATION_STUCK',
  'RESOLVED',
] as const;
export type SagaStatus = (typeof sagaStatuses)[number];

/** Whether a saga in this status needs no driver any more (a stuck one needs a person). */
export function isOver(status: SagaStatus): boolean {
  return status !== 'STARTED' && status !== 'COMPENSATING';
}

export const outcomes = ['succeeded', 'rejected', 'unknown', 'not-sent'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * Why a call did not succeed: no connection, no answer in time, a status, a no, an answer that is not the contract's, or an
 * open circuit, which is called `not-sent`; and why a saga did not go on: its deadline.
 */
export const failureKinds = [
  'network',
  'timeout',
  'http-status',
  'rejection',
  'contract',
  'not-sent',
  'deadline',
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** What came of one call. */
export interface CallResult {
  outcome: Outcome;
  /** Absent on success, as are the fields after it. */
  kind?: FailureKind;
  httpStatus?: number;
  reason?: string;
  /** Whether the same call may well succeed a little later. */
  transient?: boolean;
  /** How long the participant asked to be left alone. */
  retryAfterMs?: number;
  /** Whether it failed in one request with another call, which stands for that failure. */
  counted?: boolean;
}

/** The two directions of a step. */
export type Direction = 'action' | 'compensation';

export const eventTypes = [
  'begun',
  'claimed',
  'action-called',
  'action-answered',
  'failed',
  'compensation-called',
  'compensation-answered',
  'parked',
  'retried',
  'resolved',
  'ended',
] as const;
export type EventType = (typeof eventTypes)[number];

interface Called {
  type: `${Direction}-called`;
  step: string;
  attempt: number;
}

/** The end of a call, as the log keeps it. */
export interface Answered {
  type: `${Direction}-answered`;
  step: string;
  attempt: number;
  outcome: Outcome;
  durationMs: number;
  kind?: FailureKind;
  httpStatus?: number;
  reason?: string;
  /** When it may be tried again; absent where another attempt makes no sense. */
  retryAt?: Date;
}

/** Why a saga turned back. */
export interface Failure {
  step: string;
  outcome: Exclude<Outcome, 'succeeded'>;
  reason: string;
}

/** What can be written to a saga's log. A saga keeps the steps that it began with, also when the definition grows. */
export type NewSagaEvent =
  | { type: 'begun'; steps: string[] }
  /** Its next attempt was due, or its driver stopped, died or was out of touch. */
  | { type: 'claimed'; by: string; reason?: 'due' | 'takeover' }
  | Called
  | Answered
  | ({ type: 'failed'; kind?: 'deadline' } & Failure)
  | { type: 'parked' }
  | { type: 'retried'; by: string }
  | { type: 'resolved'; by: string; reason: string }
  | { type: 'ended' };

/** An entry of a saga's log: numbered from 1 without a gap, timed by the database's clock. */
export type SagaEvent = NewSagaEvent & { seq: number; at: Date };

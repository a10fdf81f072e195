import type { Examples } from 'service-kit/openapi';
import type { z } from 'zod';
import { endedOrders } from './api-examples.ts';
import type { sagaRows } from './participants/participant-views.ts';
import type { saga } from './saga-routes.ts';

type Saga = z.output<typeof saga>;
type LogEntry = Saga['log'][number];

const { id: orderId, sagaId, createdAt } = endedOrders['payment-fails-9999'].value;
const at = (ms: number) => new Date(Date.parse(createdAt) + ms).toISOString();

/** A log of such events, four milliseconds apart. */
function toLog(events: (Partial<LogEntry> & Pick<LogEntry, 'type'>)[]): LogEntry[] {
  const unsaid = { step: null, attempt: null, durationMs: null, outcome: null, reason: null };
  return events.map((event, index) => ({ seq: index + 1, at: at(4 * index), ...unsaid, ...event }));
}

const succeeded = { attempt: 1, durationMs: 3, outcome: 'succeeded', httpStatus: 200 } as const;
const errored = { attempt: 1, durationMs: 3, outcome: 'unknown', kind: 'http-status', httpStatus: 500 } as const;

const chargeFailure = { step: 'payment', outcome: 'unknown', reason: 'HTTP 500 charge-failed' } as const;
const undone: Saga = {
  id: sagaId,
  orderId,
  status: 'COMPENSATED',
  failure: chargeFailure,
  steps: [
    { name: 'payment', status: 'COMPENSATED', attempts: 1, compensationAttempts: 1 },
    { name: 'inventory', status: 'NOT_CALLED', attempts: 0, compensationAttempts: 0 },
  ],
  log: toLog([
    { type: 'begun', steps: ['payment', 'inventory'] },
    { type: 'action-called', step: 'payment', attempt: 1 },
    { type: 'action-answered', ...errored, ...chargeFailure },
    { type: 'failed', ...chargeFailure },
    { type: 'compensation-called', step: 'payment', attempt: 1 },
    { type: 'compensation-answered', step: 'payment', ...succeeded },
    { type: 'ended' },
  ]),
  compensationFailures: [],
  createdAt,
  updatedAt: at(24),
};

const reserveFailure = { step: 'inventory', outcome: 'unknown', reason: 'HTTP 500 reserve-failed' } as const;
const refundFailure = { step: 'payment', outcome: 'unknown', reason: 'HTTP 500 fault-error' } as const;
const stuck: Saga = {
  id: sagaId,
  orderId,
  status: 'COMPENSATION_STUCK',
  failure: reserveFailure,
  steps: [
    { name: 'payment', status: 'COMPENSATION_FAILED', attempts: 1, compensationAttempts: 1 },
    { name: 'inventory', status: 'COMPENSATED', attempts: 1, compensationAttempts: 1 },
  ],
  log: toLog([
    { type: 'begun', steps: ['payment', 'inventory'] },
    { type: 'action-called', step: 'payment', attempt: 1 },
    { type: 'action-answered', step: 'payment', ...succeeded },
    { type: 'action-called', step: 'inventory', attempt: 1 },
    { type: 'action-answered', ...errored, ...reserveFailure },
    { type: 'failed', ...reserveFailure },
    { type: 'compensation-called', step: 'inventory', attempt: 1 },
    { type: 'compensation-answered', step: 'inventory', ...succeeded },
    { type: 'compensation-called', step: 'payment', attempt: 1 },
    { type: 'compensation-answered', ...errored, ...refundFailure },
    { type: 'parked' },
  ]),
  compensationFailures: [{ ...refundFailure, attempt: 1, at: at(36) }],
  createdAt,
  updatedAt: at(40),
};

/** The stuck saga once a person has moved it. */
function move(status: Saga['status'], event: Partial<LogEntry> & Pick<LogEntry, 'type'>): Saga {
  const log = toLog([...stuck.log.map(({ at: _, ...logged }) => logged), event]);
  return { ...stuck, status, log, updatedAt: at(44) };
}

/** Sagas, by the scenario. */
export const sagaExamples: Examples<Saga> = {
  'payment-fails-9999': {
    summary: 'Undone: the charge failed, may have happened all the same, and is refunded',
    value: undone,
  },
  'refund-stuck': {
    summary: 'Stuck: the refund failed. Its attempts were used up at once, with `COMPENSATION_ATTEMPTS=1`',
    value: stuck,
  },
};

export const retriedSagas: Examples<Saga> = {
  'refund-stuck': {
    summary: 'The stuck saga, compensating again',
    value: move('COMPENSATING', { type: 'retried', by: 'operator' }),
  },
};

export const resolvedSagas: Examples<Saga> = {
  'paid-back': {
    summary: 'The stuck saga, closed: its log says by whom and why',
    value: move('RESOLVED', { type: 'resolved', reason: 'paid back by bank transfer', by: 'eva' }),
  },
};

const voided = { status: 'VOIDED', orderId: null, amount: null, receiptId: null };
export const sagaRowsExamples: Examples<z.output<typeof sagaRows>> = {
  'payment-fails-9999': {
    summary: 'Nothing was charged nor can be any more, and inventory never heard of it',
    value: {
      payment: { reachable: true, row: { sagaId, ...voided, createdAt: at(18), updatedAt: at(18) } },
      inventory: { reachable: true, row: null },
    },
  },
};

import type { BatchPlan } from 'service-kit/call-messages';
import type { Examples } from 'service-kit/openapi';
import { toProblemDocument } from 'service-kit/problem';
import type { z } from 'zod';
import type { payment, paymentTotals } from './messages.ts';
import { paymentProblems } from './problems.ts';

const sagaId = '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47';

const order = { sagaId, orderId: 'order-1', amount: 12.5 };

export const chargeExamples: Examples = {
  'payment-on-its-own': { summary: 'A charge without an orchestrator', value: order },
};

export const refundExamples: Examples = {
  'payment-on-its-own': { summary: 'Its refund', value: { sagaId, reason: 'changed my mind' } },
};

/** Bodies of `PUT /faults/{name}`, by the scenario that sends them. */
export const faultExamples: Examples = {
  'charge-reply-lost': { summary: 'Of `charge`: once, its reply is lost', value: { mode: 'drop-reply', times: 1 } },
  'charge-too-late': {
    summary: 'Of `charge`: once, it answers with an error and is carried out a second later',
    value: { mode: 'late', times: 1, delayMs: 1000 },
  },
  'participant-down': { summary: 'Of `charge`: every call kills the service', value: { mode: 'crash-before' } },
  'refund-recovers': { summary: 'Of `refund`: it fails twice', value: { mode: 'unavailable', times: 2 } },
  'refund-stuck': { summary: 'Of `refund`: it fails until it is switched off', value: { mode: 'error' } },
};

const times = { createdAt: '2025-07-15T09:30:00.000Z', updatedAt: '2025-07-15T09:30:00.000Z' };
const receipt = { ...order, receiptId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b48' };

/** A payment in each of its statuses. */
export const payments = {
  charged: { summary: 'The customer is charged', value: { ...receipt, status: 'CHARGED', ...times } },
  refunded: {
    summary: 'The customer has the money back',
    value: { ...receipt, status: 'REFUNDED', ...times, updatedAt: '2025-07-15T09:30:05.000Z' },
  },
  voided: {
    summary: 'There was nothing to refund, and a charge that comes later is refused',
    value: {
      ...{ sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b4a', orderId: null, amount: null, receiptId: null },
      status: 'VOIDED',
      ...times,
    },
  },
} as const satisfies Examples<z.output<typeof payment>>;

const failed = toProblemDocument('charge-failed', paymentProblems['charge-failed']);

/** Bodies of `POST /payments/batch` and its answers. */
export const batchExamples: BatchPlan['examples'] = {
  requests: {
    'one-fails': {
      summary: 'A charge, and one that always fails',
      value: {
        requests: [
          { url: '/payments/charge', headers: { 'x-request-id': 'first' }, body: order },
          { url: '/payments/charge', headers: { 'x-request-id': 'second' }, body: { ...order, amount: 9999 } },
        ],
      },
    },
  },
  answers: {
    'one-fails': {
      summary: 'Each as it would be by itself',
      value: {
        responses: [
          { status: 200, body: payments.charged.value },
          { status: failed.status, body: failed },
        ],
      },
    },
  },
};

export const paymentPages: Examples = {
  two: {
    summary: 'All there are',
    value: { items: [payments.refunded.value, payments.voided.value], nextCursor: null },
  },
};

export const totalsExamples: Examples<z.output<typeof paymentTotals>> = {
  two: {
    summary: 'Of the same',
    value: { charged: 12.5, refunded: 12.5, counts: { CHARGED: 0, REFUNDED: 1, VOIDED: 1 } },
  },
};

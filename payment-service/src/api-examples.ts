import type { Examples } from 'service-kit/openapi';

const sagaId = '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47';

export const chargeExamples: Examples = {
  'payment-on-its-own': {
    summary: 'A charge without an orchestrator',
    value: { sagaId, orderId: 'order-1', amount: 12.5 },
  },
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

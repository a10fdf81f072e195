import { batchOperation } from 'service-kit/call-messages';
import { faultProblems, operationFaultModes } from 'service-kit/fault-injection';
import { faultOperations } from 'service-kit/fault-messages';
import type { ApiDescription } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { commonOperations, commonTags } from 'service-kit/service-operations';
import {
  batchExamples,
  chargeExamples,
  faultExamples,
  paymentPages,
  payments,
  refundExamples,
  totalsExamples,
} from './api-examples.ts';
import { faultNames } from './faults.ts';
import { chargeRequest, payment, paymentsQuery, paymentTotals, refundRequest, sagaPath } from './messages.ts';
import { paymentProblems } from './problems.ts';

/** What payment-service answers, as its documents show it. */
export const paymentApi: ApiDescription = {
  title: 'payment-service',
  description: 'Charges and refunds, once for each saga. Any path that is not here is answered 404 `route-not-found`.',
  tags: { payments: 'Payments', ...commonTags },
  problems: { ...paymentProblems, ...faultProblems },
  operations: [
    {
      id: 'charge',
      tag: 'payments',
      method: 'post',
      path: '/payments/charge',
      summary: 'Charge the saga, once. The amount 9999 always fails',
      body: chargeRequest,
      examples: chargeExamples,
      answers: { 200: { description: 'The payment', schema: payment, examples: { charged: payments.charged } } },
      problems: ['charge-conflict', 'charge-after-refund', 'charge-failed', ...Object.keys(faultProblems)],
    },
    {
      id: 'refund',
      tag: 'payments',
      method: 'post',
      path: '/payments/refund',
      summary: 'Refund the saga, or bar it from being charged later',
      body: refundRequest,
      examples: refundExamples,
      answers: {
        200: {
          description: 'The payment',
          schema: payment,
          examples: { refunded: payments.refunded, voided: payments.voided },
        },
      },
      problems: Object.keys(faultProblems),
    },
    batchOperation({ id: 'batchPayments', tag: 'payments', path: '/payments/batch', examples: batchExamples }),
    {
      id: 'listPayments',
      tag: 'payments',
      method: 'get',
      path: '/payments',
      summary: 'All payments, by saga id',
      query: paymentsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(payment), examples: paymentPages } },
    },
    {
      id: 'getPaymentTotals',
      tag: 'payments',
      method: 'get',
      path: '/payments/totals',
      summary: 'What all payments come to',
      answers: { 200: { description: 'The totals', schema: paymentTotals, examples: totalsExamples } },
    },
    {
      id: 'getPayment',
      tag: 'payments',
      method: 'get',
      path: '/payments/{sagaId}',
      summary: "The saga's payment",
      params: sagaPath,
      answers: { 200: { description: 'The payment', schema: payment, examples: payments } },
      problems: ['payment-not-found'],
    },
    ...faultOperations({ names: faultNames, modes: operationFaultModes }, faultExamples),
    ...commonOperations,
  ],
};

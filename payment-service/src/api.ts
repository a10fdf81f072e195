import { operationFaultModes } from 'service-kit/fault-injection';
import { faultOperations } from 'service-kit/fault-messages';
import { type ApiDescription, badBodyAnswers, badRequestAnswers, commonOperations } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { faultNames } from './faults.ts';
import { chargeRequest, payment, paymentsQuery, paymentTotals, refundRequest, sagaPath } from './messages.ts';

/** What payment-service answers, as its documents show it. */
export const paymentApi: ApiDescription = {
  title: 'payment-service',
  description: 'Charges and refunds, once for each saga.',
  operations: [
    {
      method: 'post',
      path: '/payments/charge',
      summary: 'Charge the saga, once. The amount 9999 always fails, as does `fail`',
      body: chargeRequest,
      answers: {
        200: { description: 'The payment', schema: payment },
        ...badBodyAnswers,
        409: { description: 'The saga was refunded before, or charged for another order or amount' },
        500: { description: 'The charge failed' },
      },
    },
    {
      method: 'post',
      path: '/payments/refund',
      summary: 'Refund the saga, or bar it from being charged later',
      body: refundRequest,
      answers: { 200: { description: 'The payment', schema: payment }, ...badBodyAnswers },
    },
    {
      method: 'get',
      path: '/payments',
      summary: 'All payments, by saga id',
      query: paymentsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(payment) }, ...badRequestAnswers },
    },
    {
      method: 'get',
      path: '/payments/totals',
      summary: 'What all payments come to',
      answers: { 200: { description: 'The totals', schema: paymentTotals } },
    },
    {
      method: 'get',
      path: '/payments/{sagaId}',
      summary: "The saga's payment",
      params: sagaPath,
      answers: {
        200: { description: 'The payment', schema: payment },
        ...badRequestAnswers,
        404: { description: 'No payment is known for this saga' },
      },
    },
    ...faultOperations({ names: faultNames, modes: operationFaultModes }),
    ...commonOperations,
  ],
};

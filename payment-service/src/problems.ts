import { type ProblemTable, problemsOf } from 'service-kit/problem';

/** The problems that payment-service adds to the common ones. */
export const paymentProblems = {
  'payment-not-found': {
    status: 404,
    title: 'No payment is known for this saga',
    remedy: 'Check the saga id. If it is right, the saga was neither charged nor refunded.',
  },
  'charge-conflict': {
    status: 409,
    title: 'The saga was charged for another order or amount',
    remedy: 'Look at the payment with `GET /payments/{sagaId}`. Charge something else under a saga id of its own.',
  },
  'charge-after-refund': {
    status: 409,
    title: 'The saga was refunded before: it cannot be charged any more',
    remedy: 'Do not repeat it: the saga was given up. Charge a new order under a new saga id.',
  },
  'charge-failed': {
    status: 500,
    title: 'The charge failed',
    remedy: 'Do not rely on nothing having happened: refund the saga, which is safe in any case.',
  },
} as const satisfies ProblemTable;

export const paymentProblem = problemsOf(paymentProblems);

import { problemsOf } from 'service-kit/problem';

/** The problems that payment-service adds to the common ones. */
export const paymentProblem = problemsOf({
  'payment-not-found': { status: 404, title: 'No payment is known for this saga' },
  'charge-conflict': { status: 409, title: 'The saga was charged for another order or amount' },
  'charge-after-refund': { status: 409, title: 'The saga was refunded before: it cannot be charged any more' },
  'charge-failed': { status: 500, title: 'The charge failed' },
});

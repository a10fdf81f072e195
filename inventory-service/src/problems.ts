import { problemsOf } from 'service-kit/problem';

/** The problems that inventory-service adds to the common ones. */
export const inventoryProblem = problemsOf({
  'reservation-not-found': { status: 404, title: 'No reservation is known for this saga' },
  'product-not-found': { status: 404, title: 'No such product' },
  'out-of-stock': { status: 409, title: 'Not enough of the product is available' },
  'reserve-conflict': { status: 409, title: 'The saga reserved another product or quantity' },
  'reserve-after-release': { status: 409, title: 'The saga was released before: it cannot reserve any more' },
  'reserve-failed': { status: 500, title: 'The reservation failed' },
});

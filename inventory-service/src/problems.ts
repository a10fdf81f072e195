import { type ProblemTable, problemsOf } from 'service-kit/problem';

/** The problems that inventory-service adds to the common ones. */
export const inventoryProblems = {
  'reservation-not-found': {
    status: 404,
    title: 'No reservation is known for this saga',
    remedy: 'Check the saga id. If it is right, the saga neither reserved nor released anything.',
  },
  'product-not-found': {
    status: 404,
    title: 'No such product',
    remedy: 'Look for the product with `GET /inventory/products`, or make it with `PUT /inventory/products/{id}`.',
  },
  'out-of-stock': {
    status: 409,
    title: 'Not enough of the product is available',
    remedy: 'Reserve fewer, or set what is available with `PUT /inventory/products/{id}`. Nothing was reserved.',
  },
  'reserve-conflict': {
    status: 409,
    title: 'The saga reserved another product or quantity',
    remedy:
      'Look at the reservation with `GET /inventory/{sagaId}`. Reserve something else under a saga id of its own.',
  },
  'reserve-after-release': {
    status: 409,
    title: 'The saga was released before: it cannot reserve any more',
    remedy: 'Do not repeat it: the saga was given up. Reserve for a new order under a new saga id.',
  },
  'reserve-failed': {
    status: 500,
    title: 'The reservation failed',
    remedy: 'Do not rely on nothing having happened: release the saga, which is safe in any case.',
  },
} as const satisfies ProblemTable;

export const inventoryProblem = problemsOf(inventoryProblems);

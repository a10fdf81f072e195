import { type ApiDescription, badBodyAnswers, badRequestAnswers, commonOperations } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { auditOperation } from './audit/audit-messages.ts';
import { booksOperation } from './books/books-messages.ts';
import { changesOperation } from './changes/change-routes.ts';
import { crashOperations } from './crash-points.ts';
import {
  idempotencyKey,
  idPath,
  order,
  orderRequest,
  ordersQuery,
  placedOrder,
  placeRequest,
  sagasQuery,
} from './order-messages.ts';
import { resolveRequest, saga } from './saga-routes.ts';
import { sagaRowsOperation } from './saga-rows-routes.ts';

const placingAnswers = {
  ...badBodyAnswers,
  422: { description: 'The Idempotency-Key came with another request before' },
  503: { description: 'Nothing was recorded or, as its type tells, the order may have been: repeat with the same key' },
};

/** What order-service answers, as its documents show it. */
export const orderApi: ApiDescription = {
  title: 'order-service',
  description: 'Orders, and the sagas that place them.',
  operations: [
    {
      method: 'post',
      path: '/orders',
      summary: 'Record an order and wait for its saga, unless `Prefer: respond-async` is given',
      headers: idempotencyKey,
      body: orderRequest,
      answers: {
        201: { description: 'The order as it ended: COMPLETED or CANCELLED', schema: order },
        202: { description: 'The order as it stands: its saga goes on', schema: order },
        ...placingAnswers,
      },
    },
    {
      method: 'post',
      path: '/orders/place',
      summary: 'The same in the words of the tutorial',
      headers: idempotencyKey,
      body: placeRequest,
      answers: {
        200: { description: 'How the saga ended', schema: placedOrder },
        202: { description: 'How the saga stands: it goes on', schema: placedOrder },
        ...placingAnswers,
      },
    },
    {
      method: 'get',
      path: '/orders',
      summary: 'Orders, newest first',
      query: ordersQuery,
      answers: { 200: { description: 'A page', schema: pageOf(order) }, ...badRequestAnswers },
    },
    {
      method: 'get',
      path: '/orders/{id}',
      summary: 'An order',
      params: idPath,
      answers: {
        200: { description: 'The order', schema: order },
        ...badRequestAnswers,
        404: { description: 'No such order' },
      },
    },
    {
      method: 'get',
      path: '/sagas',
      summary: 'Sagas, newest first',
      query: sagasQuery,
      answers: { 200: { description: 'A page', schema: pageOf(saga) }, ...badRequestAnswers },
    },
    {
      method: 'get',
      path: '/sagas/{id}',
      summary: 'A saga with its steps and its log',
      params: idPath,
      answers: {
        200: { description: 'The saga', schema: saga },
        ...badRequestAnswers,
        404: { description: 'No such saga' },
      },
    },
    {
      method: 'post',
      path: '/sagas/{id}/retry',
      summary: 'Try the compensations of a saga that is stuck, or waits for its next attempt, again now',
      params: idPath,
      answers: {
        202: { description: 'The saga, driven again', schema: saga },
        ...badRequestAnswers,
        404: { description: 'No such saga' },
        409: { description: 'It is neither stuck nor waiting' },
      },
    },
    {
      method: 'post',
      path: '/sagas/{id}/resolve',
      summary: 'Close a stuck saga by hand',
      params: idPath,
      body: resolveRequest,
      answers: {
        200: { description: 'The saga, RESOLVED', schema: saga },
        ...badBodyAnswers,
        404: { description: 'No such saga' },
        409: { description: 'It is not stuck' },
      },
    },
    sagaRowsOperation,
    auditOperation,
    booksOperation,
    changesOperation,
    ...crashOperations,
    ...commonOperations,
  ],
};

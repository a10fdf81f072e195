import type { ApiDescription } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { commonOperations, commonTags } from 'service-kit/service-operations';
import {
  endedOrders,
  orderExamples,
  orderProblemExamples,
  pendingOrders,
  pendingPlacedOrders,
  placedOrders,
  placeExamples,
  resolveExamples,
} from './api-examples.ts';
import { auditOperation } from './audit/audit-messages.ts';
import { booksOperation } from './books/books-messages.ts';
import { changesOperation } from './changes/change-routes.ts';
import { crashOperations } from './crash-points.ts';
import {
  idPath,
  order,
  orderHeaders,
  orderRequest,
  ordersQuery,
  placedHeaders,
  placedOrder,
  placeRequest,
  sagasQuery,
} from './order-messages.ts';
import { orderProblems } from './problems.ts';
import { resolvedSagas, retriedSagas, sagaExamples } from './saga-examples.ts';
import { resolveRequest, saga } from './saga-routes.ts';
import { sagaRowsOperation } from './saga-rows-routes.ts';

const placingProblems = ['idempotency-key-reused', 'order-state-unknown', 'overloaded', 'draining'];

/** What order-service answers, as its documents show it. */
export const orderApi: ApiDescription = {
  title: 'order-service',
  description:
    'Orders, and the sagas that place them. At `/` is a page that shows them; with `FAULTS=on` what begins with `/participants/` is passed on to a participant. Any other path that is not here is answered 404 `route-not-found`.',
  tags: {
    orders: 'Orders, and how they ended',
    sagas: 'What is done, and undone, for each order',
    audit: 'The books of the three services',
    ...commonTags,
  },
  problems: orderProblems,
  operations: [
    {
      id: 'placeOrder',
      tag: 'orders',
      method: 'post',
      path: '/orders',
      summary: 'Record an order and wait for its saga, unless told not to wait',
      headers: orderHeaders,
      body: orderRequest,
      examples: orderExamples,
      answers: {
        201: {
          description: 'The order as it ended: COMPLETED or CANCELLED',
          schema: order,
          examples: endedOrders,
          headers: placedHeaders,
        },
        202: {
          description: 'The order as it stands: its saga goes on',
          schema: order,
          examples: pendingOrders,
          headers: placedHeaders,
        },
      },
      problems: placingProblems,
      problemExamples: orderProblemExamples,
    },
    {
      id: 'placeTutorialOrder',
      tag: 'orders',
      method: 'post',
      path: '/orders/place',
      summary: 'The same in the words of the tutorial',
      headers: orderHeaders,
      body: placeRequest,
      examples: placeExamples,
      answers: {
        200: {
          description: 'How the saga ended',
          schema: placedOrder,
          examples: placedOrders,
          headers: placedHeaders,
        },
        202: {
          description: 'How the saga stands: it goes on',
          schema: placedOrder,
          examples: pendingPlacedOrders,
          headers: placedHeaders,
        },
      },
      problems: placingProblems,
    },
    {
      id: 'listOrders',
      tag: 'orders',
      method: 'get',
      path: '/orders',
      summary: 'Orders, newest first',
      query: ordersQuery,
      answers: { 200: { description: 'A page', schema: pageOf(order) } },
    },
    {
      id: 'getOrder',
      tag: 'orders',
      method: 'get',
      path: '/orders/{id}',
      summary: 'An order',
      params: idPath,
      answers: { 200: { description: 'The order', schema: order, examples: { ...pendingOrders, ...endedOrders } } },
      problems: ['order-not-found'],
    },
    {
      id: 'listSagas',
      tag: 'sagas',
      method: 'get',
      path: '/sagas',
      summary: 'Sagas, newest first',
      query: sagasQuery,
      answers: { 200: { description: 'A page', schema: pageOf(saga) } },
    },
    {
      id: 'getSaga',
      tag: 'sagas',
      method: 'get',
      path: '/sagas/{id}',
      summary: 'A saga with its steps and its log',
      params: idPath,
      answers: { 200: { description: 'The saga', schema: saga, examples: sagaExamples } },
      problems: ['saga-not-found'],
    },
    {
      id: 'retrySaga',
      tag: 'sagas',
      method: 'post',
      path: '/sagas/{id}/retry',
      summary: 'Try the compensations of a saga that is stuck, or waits for its next attempt, again now',
      params: idPath,
      answers: { 202: { description: 'The saga, driven again', schema: saga, examples: retriedSagas } },
      problems: ['saga-not-found', 'saga-not-retryable', 'saga-retried-too-often', 'saga-log-refused'],
    },
    {
      id: 'resolveSaga',
      tag: 'sagas',
      method: 'post',
      path: '/sagas/{id}/resolve',
      summary: 'Close a stuck saga by hand',
      params: idPath,
      body: resolveRequest,
      examples: resolveExamples,
      answers: { 200: { description: 'The saga, RESOLVED', schema: saga, examples: resolvedSagas } },
      problems: ['saga-not-found', 'saga-not-stuck'],
    },
    sagaRowsOperation,
    auditOperation,
    booksOperation,
    changesOperation,
    ...crashOperations,
    ...commonOperations,
  ],
};

import { operationFaultModes } from 'service-kit/fault-injection';
import { faultOperations } from 'service-kit/fault-messages';
import { type ApiDescription, badBodyAnswers, badRequestAnswers, commonOperations } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { faultNames } from './faults.ts';
import {
  inventoryTotals,
  product,
  productPath,
  productUpdate,
  releaseRequest,
  reservation,
  reservationsQuery,
  reserveRequest,
  sagaPath,
} from './messages.ts';

/** What inventory-service answers, as its documents show it. */
export const inventoryApi: ApiDescription = {
  title: 'inventory-service',
  description: 'Products with real stock, reserved and released once for each saga.',
  operations: [
    {
      method: 'post',
      path: '/inventory/reserve',
      summary: 'Reserve for the saga, once. With `fail` it always fails',
      body: reserveRequest,
      answers: {
        200: { description: 'The reservation', schema: reservation },
        ...badBodyAnswers,
        404: { description: 'No such product' },
        409: { description: 'Not enough is available, the saga was released before, or it reserved something else' },
        500: { description: 'The reservation failed' },
      },
    },
    {
      method: 'post',
      path: '/inventory/release',
      summary: 'Give back what the saga reserved, or bar it from reserving later',
      body: releaseRequest,
      answers: { 200: { description: 'The reservation', schema: reservation }, ...badBodyAnswers },
    },
    {
      method: 'get',
      path: '/inventory',
      summary: 'All reservations, by saga id',
      query: reservationsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(reservation) }, ...badRequestAnswers },
    },
    {
      method: 'get',
      path: '/inventory/totals',
      summary: 'What all reservations come to, and what each product has',
      answers: { 200: { description: 'The totals', schema: inventoryTotals } },
    },
    {
      method: 'get',
      path: '/inventory/products',
      summary: 'Every product, on one page',
      answers: { 200: { description: 'The products', schema: pageOf(product) } },
    },
    {
      method: 'put',
      path: '/inventory/products/{id}',
      summary: 'Set what is available of a product',
      params: productPath,
      body: productUpdate,
      answers: { 200: { description: 'The product', schema: product }, ...badBodyAnswers },
    },
    {
      method: 'get',
      path: '/inventory/{sagaId}',
      summary: "The saga's reservation",
      params: sagaPath,
      answers: {
        200: { description: 'The reservation', schema: reservation },
        ...badRequestAnswers,
        404: { description: 'No reservation is known for this saga' },
      },
    },
    ...faultOperations({ names: faultNames, modes: operationFaultModes }),
    ...commonOperations,
  ],
};

import { type ApiDescription, badBodyAnswers, badRequestAnswers, commonOperations } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import {
  product,
  productPath,
  productUpdate,
  releaseRequest,
  reservation,
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
    ...commonOperations,
  ],
};

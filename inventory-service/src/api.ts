import { batchOperation } from 'service-kit/call-messages';
import { faultProblems, operationFaultModes } from 'service-kit/fault-injection';
import { faultOperations } from 'service-kit/fault-messages';
import type { ApiDescription } from 'service-kit/openapi';
import { pageOf } from 'service-kit/page';
import { commonOperations, commonTags } from 'service-kit/service-operations';
import {
  batchExamples,
  faultExamples,
  productPages,
  products,
  productTotalsPages,
  releaseExamples,
  reservationPages,
  reservations,
  reserveExamples,
  stockExamples,
  totalsExamples,
} from './api-examples.ts';
import { faultNames } from './faults.ts';
import {
  inventoryTotals,
  product,
  productPath,
  productsQuery,
  productTotals,
  productUpdate,
  releaseRequest,
  reservation,
  reservationsQuery,
  reserveRequest,
  sagaPath,
} from './messages.ts';
import { inventoryProblems } from './problems.ts';

const reserveProblems = [
  ...['product-not-found', 'out-of-stock', 'reserve-conflict', 'reserve-after-release', 'reserve-failed'],
  ...Object.keys(faultProblems),
];

/** What inventory-service answers, as its documents show it. */
export const inventoryApi: ApiDescription = {
  title: 'inventory-service',
  description:
    'Products with real stock, reserved and released once for each saga. Any path that is not here is answered 404 `route-not-found`.',
  tags: { inventory: 'Reservations and products', ...commonTags },
  problems: { ...inventoryProblems, ...faultProblems },
  operations: [
    {
      id: 'reserve',
      tag: 'inventory',
      method: 'post',
      path: '/inventory/reserve',
      summary: 'Reserve for the saga, once',
      body: reserveRequest,
      examples: reserveExamples,
      answers: {
        200: { description: 'The reservation', schema: reservation, examples: { reserved: reservations.reserved } },
      },
      problems: reserveProblems,
    },
    {
      id: 'release',
      tag: 'inventory',
      method: 'post',
      path: '/inventory/release',
      summary: 'Give back what the saga reserved, or bar it from reserving later',
      body: releaseRequest,
      examples: releaseExamples,
      answers: {
        200: {
          description: 'The reservation',
          schema: reservation,
          examples: { released: reservations.released, voided: reservations.voided },
        },
      },
      problems: Object.keys(faultProblems),
    },
    batchOperation({ id: 'batchInventory', tag: 'inventory', path: '/inventory/batch', examples: batchExamples }),
    {
      id: 'listReservations',
      tag: 'inventory',
      method: 'get',
      path: '/inventory',
      summary: 'All reservations, by saga id',
      query: reservationsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(reservation), examples: reservationPages } },
    },
    {
      id: 'getInventoryTotals',
      tag: 'inventory',
      method: 'get',
      path: '/inventory/totals',
      summary: 'What all reservations and all products come to, at one moment',
      answers: { 200: { description: 'The totals', schema: inventoryTotals, examples: totalsExamples } },
    },
    {
      id: 'listProductTotals',
      tag: 'inventory',
      method: 'get',
      path: '/inventory/totals/products',
      summary: 'Products by id, each with the sum of what is reserved of it',
      query: productsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(productTotals), examples: productTotalsPages } },
    },
    {
      id: 'listProducts',
      tag: 'inventory',
      method: 'get',
      path: '/inventory/products',
      summary: 'Products by id',
      query: productsQuery,
      answers: { 200: { description: 'A page', schema: pageOf(product), examples: productPages } },
    },
    {
      id: 'stockProduct',
      tag: 'inventory',
      method: 'put',
      path: '/inventory/products/{id}',
      summary: 'Set what is available of a product; a product that is new is made',
      params: productPath,
      body: productUpdate,
      examples: stockExamples,
      answers: { 200: { description: 'The product', schema: product, examples: products } },
    },
    {
      id: 'getReservation',
      tag: 'inventory',
      method: 'get',
      path: '/inventory/{sagaId}',
      summary: "The saga's reservation",
      params: sagaPath,
      answers: { 200: { description: 'The reservation', schema: reservation, examples: reservations } },
      problems: ['reservation-not-found'],
    },
    ...faultOperations({ names: faultNames, modes: operationFaultModes }, faultExamples),
    ...commonOperations,
  ],
};

import type { BatchPlan } from 'service-kit/call-messages';
import type { Examples } from 'service-kit/openapi';
import { toProblemDocument } from 'service-kit/problem';
import type { z } from 'zod';
import type { inventoryTotals, product, reservation } from './messages.ts';
import { inventoryProblems } from './problems.ts';

const sagaId = '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47';

export const reserveExamples: Examples = {
  'inventory-on-its-own': {
    summary: 'A reservation without an orchestrator',
    value: { sagaId, productId: 'kite', quantity: 3 },
  },
};

export const releaseExamples: Examples = {
  'inventory-on-its-own': { summary: 'Its release', value: { sagaId } },
};

export const stockExamples: Examples = {
  'inventory-on-its-own': { summary: 'Ten come into the shop', value: { available: 10 } },
};

export const faultExamples: Examples = {
  'reserve-fails': { summary: 'Of `reserve`: it fails once', value: { mode: 'error', times: 1 } },
};

const times = { createdAt: '2025-07-15T09:30:00.000Z', updatedAt: '2025-07-15T09:30:00.000Z' };
const kites = { sagaId, productId: 'kite', quantity: 3, reservationId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b48' };

/** A reservation in each of its statuses. */
export const reservations = {
  reserved: { summary: 'Three kites are put aside', value: { ...kites, status: 'RESERVED', ...times } },
  released: {
    summary: 'They are back in the shop',
    value: { ...kites, status: 'RELEASED', ...times, updatedAt: '2025-07-15T09:30:05.000Z' },
  },
  voided: {
    summary: 'There was nothing to release, and a reserve that comes later is refused',
    value: {
      ...{ sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b4a', productId: null, quantity: null, reservationId: null },
      status: 'VOIDED',
      ...times,
    },
  },
} as const satisfies Examples<z.output<typeof reservation>>;

const outOfStock = toProblemDocument('out-of-stock', inventoryProblems['out-of-stock'], { detail: '1 of unicorn' });

/** Bodies of `POST /inventory/batch` and its answers. */
export const batchExamples: BatchPlan['examples'] = {
  requests: {
    'one-refused': {
      summary: 'Of two products, of one of which there is none',
      value: {
        requests: [
          {
            url: '/inventory/reserve',
            headers: { 'x-request-id': 'first' },
            body: { sagaId, productId: 'kite', quantity: 3 },
          },
          {
            url: '/inventory/reserve',
            headers: { 'x-request-id': 'second' },
            body: { sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b4b', productId: 'unicorn', quantity: 1 },
          },
        ],
      },
    },
  },
  answers: {
    'one-refused': {
      summary: 'Each as it would be by itself',
      value: {
        responses: [
          { status: 200, body: reservations.reserved.value },
          { status: outOfStock.status, body: outOfStock },
        ],
      },
    },
  },
};

export const reservationPages: Examples = {
  two: {
    summary: 'All there are',
    value: { items: [reservations.released.value, reservations.voided.value], nextCursor: null },
  },
};

export const products: Examples<z.output<typeof product>> = {
  'inventory-on-its-own': { summary: 'All ten can be had', value: { id: 'kite', available: 10, stocked: 10 } },
};

export const productPages: Examples = {
  reserved: {
    summary: 'Three of the ten kites are put aside, and there never was a unicorn',
    value: {
      items: [
        { id: 'kite', available: 7, stocked: 10 },
        { id: 'unicorn', available: 0, stocked: 0 },
      ],
      nextCursor: null,
    },
  },
};

export const totalsExamples: Examples<z.output<typeof inventoryTotals>> = {
  reserved: {
    summary: 'Of the same',
    value: {
      counts: { RESERVED: 1, RELEASED: 0, VOIDED: 0 },
      ...{ reserved: 3, productCount: 2, available: 7, stocked: 10 },
    },
  },
};

export const productTotalsPages: Examples = {
  reserved: {
    summary: 'Of the same, the first',
    value: { items: [{ id: 'kite', available: 7, stocked: 10, reserved: 3 }], nextCursor: '6b697465' },
  },
};

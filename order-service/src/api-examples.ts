import type { Examples } from 'service-kit/openapi';
import { commonProblems, type ProblemDocument, toProblemDocument } from 'service-kit/problem';
import type { z } from 'zod';
import type { order, placedOrder } from './order-messages.ts';

/** Bodies of `POST /orders`, by the scenario that sends them. */
export const orderExamples: Examples = {
  'order-completes': {
    summary: 'A normal order completes',
    value: { item_name: 'Apple', quantity: 1, price: 100 },
  },
  'payment-fails-9999': {
    summary: 'A price of 9999 makes payment answer 500, and the order is cancelled',
    value: { item_name: 'Bomb', quantity: 1, price: 9999 },
  },
  'out-of-stock': {
    summary: 'There is no unicorn in stock, so the customer gets the money back',
    value: { itemName: 'unicorn', quantity: 1, price: 250 },
  },
  'unknown-product': {
    summary: 'Nobody sells a perpetuum mobile, so the customer gets the money back',
    value: { itemName: 'perpetuum mobile', quantity: 1, price: 250 },
  },
  'double-click': {
    summary: 'Sent twice with one Idempotency-Key, it makes one order',
    value: { itemName: 'book', quantity: 1, price: 30 },
  },
  'charge-reply-lost': {
    summary: 'The charge is applied, its reply is lost: payment-service has the fault `drop-reply` on `charge`',
    value: { itemName: 'cup', quantity: 1, price: 12 },
  },
  'charge-too-late': {
    summary: 'The charge is carried out only after the refund: payment-service has the fault `late` on `charge`',
    value: { itemName: 'chair', quantity: 1, price: 80 },
  },
  'participant-down': {
    summary: 'payment-service dies whenever it is asked: it has the fault `crash-before` on `charge`',
    value: { itemName: 'desk', quantity: 1, price: 300 },
  },
  'refund-recovers': {
    summary: 'The refund fails twice, then works: payment-service has the fault `unavailable` on `refund`',
    value: { itemName: 'lamp', quantity: 1, price: 45, failInventory: true },
  },
  'refund-stuck': {
    summary: 'The refund fails for good, the saga is stuck: payment-service has the fault `error` on `refund`',
    value: { itemName: 'phone', quantity: 1, price: 700, failInventory: true },
  },
  'orchestrator-killed': {
    summary: 'order-service dies between the charge and its log entry: sent again with the same key, it completes',
    value: { itemName: 'keyboard', quantity: 1, price: 90 },
  },
  'answer-later': {
    summary: 'With `Prefer: respond-async` it is answered at once',
    value: { itemName: 'lamp', quantity: 1, price: 45.5 },
  },
};

/** Bodies of `POST /orders/place`, likewise. */
export const placeExamples: Examples = {
  'tutorial-success': {
    summary: 'Every step succeeds',
    value: { productId: 'apple', qty: 2, amount: 1200, failPayment: false, failInventory: false },
  },
  'tutorial-inventory-fails': {
    summary: 'Inventory fails, and the payment is refunded',
    value: { productId: 'apple', qty: 2, amount: 1200, failPayment: false, failInventory: true },
  },
  'tutorial-payment-fails': {
    summary: 'Payment fails, and inventory is never touched',
    value: { productId: 'apple', qty: 2, amount: 1200, failPayment: true, failInventory: false },
  },
};

export const orderProblemExamples: Examples<ProblemDocument> = {
  'bad-input': {
    summary: 'Bad input gets an answer that names the field',
    value: toProblemDocument('validation-failed', commonProblems['validation-failed'], {
      detail: 'itemName: is missing',
      errors: [{ field: 'itemName', message: 'is missing' }],
    }),
  },
};

export const resolveExamples: Examples = {
  'paid-back': { summary: 'Settled elsewhere', value: { reason: 'paid back by bank transfer', by: 'eva' } },
};

const ids = { id: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b46', sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47' };
const times = { createdAt: '2025-07-15T09:30:00.000Z', updatedAt: '2025-07-15T09:30:00.040Z' };
const cancelled = { status: 'CANCELLED', sagaStatus: 'COMPENSATED' } as const;

/** Orders as they end, by the scenario. */
export const endedOrders = {
  'order-completes': {
    summary: 'Charged and reserved',
    value: {
      ...ids,
      ...{ itemName: 'Apple', quantity: 1, price: 100, amount: 100 },
      ...{ status: 'COMPLETED', sagaStatus: 'COMPLETED', failure: null },
      ...times,
    },
  },
  'payment-fails-9999': {
    summary: 'Cancelled: payment failed, so nobody knows whether it charged, and it was told to refund',
    value: {
      ...ids,
      ...{ itemName: 'Bomb', quantity: 1, price: 9999, amount: 9999 },
      ...{ ...cancelled, failure: { step: 'payment', outcome: 'unknown', reason: 'HTTP 500 charge-failed' } },
      ...times,
    },
  },
  'out-of-stock': {
    summary: 'Cancelled: it is out of stock, and the customer has the money back',
    value: {
      ...ids,
      ...{ itemName: 'unicorn', quantity: 1, price: 250, amount: 250 },
      ...{ ...cancelled, failure: { step: 'inventory', outcome: 'rejected', reason: 'out-of-stock: 1 of unicorn' } },
      ...times,
    },
  },
  'unknown-product': {
    summary: 'Cancelled: nobody sells it, and the customer has the money back',
    value: {
      ...ids,
      ...{ itemName: 'perpetuum mobile', quantity: 1, price: 250, amount: 250, ...cancelled },
      failure: { step: 'inventory', outcome: 'rejected', reason: 'product-not-found: Product perpetuum mobile' },
      ...times,
    },
  },
} as const satisfies Examples<z.output<typeof order>>;

/** Orders whose sagas go on. */
export const pendingOrders = {
  'answer-later': {
    summary: 'Recorded, and nothing else is known yet',
    value: {
      ...ids,
      ...{ itemName: 'lamp', quantity: 1, price: 45.5, amount: 45.5 },
      ...{ status: 'PENDING', sagaStatus: 'STARTED', failure: null },
      ...{ createdAt: times.createdAt, updatedAt: times.createdAt },
    },
  },
} as const satisfies Examples<z.output<typeof order>>;

const placedIds = { orderId: ids.id, sagaId: ids.sagaId };

/** Answers to `POST /orders/place`, likewise. */
export const placedOrders: Examples<z.output<typeof placedOrder>> = {
  'tutorial-success': { summary: 'Charged and reserved', value: { ...placedIds, result: 'COMPLETED' } },
  'tutorial-inventory-fails': { summary: 'Refunded', value: { ...placedIds, result: 'COMPENSATED' } },
  'tutorial-payment-fails': { summary: 'Nothing was reserved', value: { ...placedIds, result: 'COMPENSATED' } },
};

export const pendingPlacedOrders: Examples<z.output<typeof placedOrder>> = {
  'tutorial-success': { summary: 'Nothing else is known yet', value: { ...placedIds, result: 'STARTED' } },
};

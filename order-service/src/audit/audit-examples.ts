import type { Examples } from 'service-kit/openapi';
import { endedOrders } from '../api-examples.ts';
import type { Books } from '../books/books-messages.ts';
import type { Audit } from './audit-messages.ts';

// As they are after one order of each kind that ends at once: of `POST /orders` four, of `POST /orders/place` three.
const startedAt = '2025-07-15T09:31:00.000Z';
const orders = { PENDING: 0, COMPLETED: 2, CANCELLED: 5 };

const clean: Audit = {
  startedAt,
  durationMs: 38,
  clean: true,
  quiet: true,
  totals: {
    orders,
    ...{ charged: 3000, refunded: 1700, completed: 1300, held: 0 },
    ...{ reserved: 3, completedUnits: 3, heldUnits: 0 },
  },
  inFlight: 0,
  ...{ stuckCount: 0, stuck: [], resolvedCount: 0, resolved: [], orphanCount: 0, orphans: [] },
  ...{ discrepancyCount: 0, discrepancies: [] },
};

export const auditExamples: Examples<Audit> = {
  clean: { summary: 'Money and stock are where they belong', value: clean },
  discrepancy: {
    summary: 'The row of one payment has another amount than its order: 99 instead of 100',
    value: {
      ...clean,
      clean: false,
      totals: { ...clean.totals, charged: 2999 },
      discrepancyCount: 2,
      discrepancies: [
        {
          sagaId: endedOrders['order-completes'].value.sagaId,
          problem: 'payment-amount-differs',
          detail: 'the order is 100.00, the payment 99.00',
        },
        {
          sagaId: null,
          problem: 'money-not-conserved',
          detail: 'charged 2999.00 - refunded 1700.00, COMPLETED orders 1300.00 + held 0.00',
        },
      ],
    },
  },
};

export const booksExamples: Examples<Books> = {
  clean: {
    summary: 'The same books unjudged; of the products the first two',
    value: {
      at: startedAt,
      orders,
      completed: 1300,
      sagas: { STARTED: 0, COMPLETED: 2, COMPENSATING: 0, COMPENSATED: 5, COMPENSATION_STUCK: 0, RESOLVED: 0 },
      payment: { reachable: true, charged: 3000, refunded: 1700 },
      inventory: {
        reachable: true,
        productCount: 15,
        products: [
          { id: 'apple', available: 999_997, stocked: 1_000_000, reserved: 3 },
          { id: 'bomb', available: 1_000_000, stocked: 1_000_000, reserved: 0 },
        ],
      },
      lastAudit: {
        ...{ startedAt, durationMs: 38, clean: true, quiet: true },
        ...{ inFlight: 0, stuckCount: 0, discrepancyCount: 0 },
      },
    },
  },
};

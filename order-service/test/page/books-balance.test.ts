import { balanceBooks } from '../../page/books-balance.ts';
import type { Books } from '../../page/service-api.ts';

const quiet = { STARTED: 0, COMPLETED: 3, COMPENSATING: 0, COMPENSATED: 1, COMPENSATION_STUCK: 0, RESOLVED: 0 };

function books(charged: number | null, refunded: number | null, sagas: Partial<Books['sagas']> = {}): Books {
  return {
    at: '2026-01-01T00:00:00.000Z',
    orders: { PENDING: 0, COMPLETED: 3, CANCELLED: 1 },
    completed: 0.3,
    sagas: { ...quiet, ...sagas },
    payment: { reachable: charged !== null, charged, refunded },
    inventory: { reachable: true, productCount: 0, products: [] },
    lastAudit: null,
  };
}

test('what was kept is what was sold, to the cent', () => {
  const { kept, difference, explanation } = balanceBooks(books(0.4, 0.1));
  expect({ kept, difference }).toEqual({ kept: 0.3, difference: 0 });
  expect(explanation).toBe('What was kept is what was sold.');
});

test('a difference is explained by the sagas that hold it', () => {
  const held = { STARTED: 1, COMPENSATING: 1, COMPENSATION_STUCK: 3, RESOLVED: 4 };
  const { difference, explanation } = balanceBooks(books(700.3, 0, held));
  expect(difference).toBe(700);
  expect(explanation).toContain('2 in flight, 3 stuck, 4 resolved by hand');
});

test('a difference that no saga explains is sent to the audit', () => {
  expect(balanceBooks(books(700.3, 0)).explanation).toContain('run the audit');
});

test('money that is missing is held by no saga that stands still', () => {
  expect(balanceBooks(books(0.1, 0, { COMPENSATION_STUCK: 1 })).explanation).toContain('run the audit');
  expect(balanceBooks(books(0.1, 0, { STARTED: 1 })).explanation).toContain('1 in flight');
});

test('nothing is claimed while payment-service cannot be reached', () => {
  const { kept, difference, explanation } = balanceBooks(books(null, null));
  expect([kept, difference]).toEqual([null, null]);
  expect(explanation).toContain('payment-service cannot be reached');
});

import {
  emptyList,
  listLimit,
  listLongRunning,
  mergeOrders,
  refreshRows,
  replaceOrders,
} from '../../page/order-list.ts';
import type { Order } from '../../page/service-api.ts';

const at = '2026-01-01T00:00:00.000Z';

/** The order with the number `n`: the higher, the newer. */
function order(n: number, sagaStatus: Order['sagaStatus'] = 'COMPLETED'): Order {
  const id = `id-${String(n).padStart(6, '0')}`;
  const status = sagaStatus === 'STARTED' ? 'PENDING' : sagaStatus === 'COMPLETED' ? 'COMPLETED' : 'CANCELLED';
  const facts = { itemName: 'apple', quantity: 1, price: 1, amount: 1, failure: null, createdAt: at, updatedAt: at };
  return { id, sagaId: `saga-${n}`, status, sagaStatus, ...facts };
}

const orders = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => order(from + index));
const idsOf = (list: readonly Order[]) => list.map(({ id }) => Number(id.slice(3)));

test('the newest are kept, newest first, whatever order they came in', () => {
  const list = mergeOrders(mergeOrders(emptyList, orders(31, 80)), orders(1, 30));
  expect(idsOf(list.known)).toEqual(idsOf(orders(31, 80).reverse()));
});

test('however many come, no more than the limit are kept', () => {
  let list = emptyList;
  for (let n = 1; n <= 10_000; n += 100) list = refreshRows(mergeOrders(list, orders(n, n + 99)));
  expect([list.known.length, list.shown.length]).toEqual([listLimit, listLimit]);
  expect(idsOf(list.known)[0]).toBe(10_000);
});

test.each(['STARTED', 'COMPENSATING'] as const)(
  'an old saga that is %s stays while those that are over give way',
  (status) => {
    const list = mergeOrders(mergeOrders(emptyList, [order(1, status)]), orders(2, 200));
    expect(idsOf(list.known).at(-1)).toBe(1);
    const over = mergeOrders(list, [order(1, 'COMPENSATED')]);
    expect(idsOf(mergeOrders(over, [order(201)]).known)).not.toContain(1);
  },
);

test('rows change in place at once, but neither move nor come nor go before they are refreshed', () => {
  const before = refreshRows(mergeOrders(emptyList, [order(1), order(2, 'STARTED')]));
  const after = mergeOrders(before, [order(2, 'COMPLETED'), ...orders(3, 100)]);
  expect(idsOf(after.shown)).toEqual([2, 1]);
  expect(after.shown[0]?.sagaStatus).toBe('COMPLETED');
  expect(idsOf(refreshRows(after).shown)[0]).toBe(100);
});

test('a row on the screen changes also when it is no longer among the newest', () => {
  const before = refreshRows(mergeOrders(emptyList, [order(1)]));
  const later = mergeOrders(mergeOrders(before, orders(2, 100)), [order(1, 'COMPENSATION_STUCK')]);
  expect(later.shown[0]?.sagaStatus).toBe('COMPENSATION_STUCK');
});

test('each order that came since the rows were refreshed counts once as new, however often it changed', () => {
  let list = refreshRows(mergeOrders(emptyList, orders(1, 10)));
  for (const status of ['STARTED', 'COMPENSATING', 'COMPENSATED'] as const) {
    list = mergeOrders(list, [order(9, status), order(11, status), order(12, status)]);
  }
  expect(list.unseen).toBe(2);
  expect(refreshRows(list).unseen).toBe(0);
});

test('when it starts anew, what is not read again is forgotten, and the rows stay until they are refreshed', () => {
  const list = replaceOrders(refreshRows(mergeOrders(emptyList, [order(1, 'STARTED')])), orders(500, 510));
  expect(idsOf(list.shown)).toEqual([1]);
  expect(idsOf(refreshRows(list).shown)).toEqual(idsOf(orders(500, 510).reverse()));
});

test('those that are shown as running for over a minute are read again, also when only the rows still show them', () => {
  const list = refreshRows(mergeOrders(emptyList, [order(1, 'STARTED'), order(2), order(3, 'COMPENSATING')]));
  const held = replaceOrders(list, [order(3, 'COMPENSATING')]);
  expect(idsOf(listLongRunning(held, Date.parse(at) + 61_000)).toSorted()).toEqual([1, 3]);
  expect(listLongRunning(held, Date.parse(at) + 59_000)).toEqual([]);
});

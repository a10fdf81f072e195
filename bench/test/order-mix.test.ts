import { listOrders } from '../src/order-mix.ts';

test('a mix has the same shares of every product', () => {
  const orders = listOrders('mixed', 2);
  const named = (name: string) => orders.filter(({ body }) => body.itemName === name);
  for (const product of ['bench-1', 'bench-2']) {
    expect(named(product).filter(({ ends }) => ends === 'COMPLETED')).toHaveLength(16);
    expect(named(product).filter(({ body }) => body.failInventory)).toHaveLength(2);
    expect(named(product).filter(({ body }) => body.price === 9999)).toHaveLength(1);
  }
  expect(named('unicorn')).toHaveLength(2);
  expect(orders).toHaveLength(40);
});

test('a hot product is the only one', () => {
  expect(new Set(listOrders('happy', 1).map(({ body }) => body.itemName))).toEqual(new Set(['bench-1']));
  expect(new Set(listOrders('compensating', 100).map(({ ends }) => ends))).toEqual(new Set(['CANCELLED']));
});

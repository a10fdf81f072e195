import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { expectInvalid, expectUnreadable, unreadableBodies } from '../../service-kit/test/refused-requests.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());
afterEach(async () => {
  expect(await system.order.sql`SELECT id FROM orders`).toEqual([]);
  expect(await system.order.sql`SELECT id FROM sagas`).toEqual([]);
  expect([...system.toPayment.seen, ...system.toInventory.seen]).toEqual([]);
});

const texts = [
  undefined,
  null,
  7,
  '',
  '   ',
  'x'.repeat(101),
  'a\u0000b',
  'a\nb',
  'a\ud800b',
  'a\u2028b',
  'a\u202eb',
  ['a'],
  {},
];
const quantities = [undefined, null, '1', 0, -1, 1.5, 100_001, [1], true];
const amounts = [undefined, null, '10', 0, -1, 0.001, 10.005, 0.1 + 0.2, 10_000_000, 1e21, [10], true];
const flags = [null, 'yes', 1];

const dialects = [
  {
    path: '/orders',
    valid: { itemName: 'apple', quantity: 1, price: 10 } as Record<string, unknown>,
    wrong: { itemName: texts, quantity: quantities, price: amounts, failPayment: flags, failInventory: flags },
  },
  {
    path: '/orders/place',
    valid: { productId: 'apple', qty: 1, amount: 10 } as Record<string, unknown>,
    wrong: { productId: texts, qty: quantities, amount: amounts, failPayment: flags, failInventory: flags },
  },
];

describe.each(dialects)('promise 10: what POST $path refuses leaves no row:', ({ path, valid, wrong }) => {
  const cases = Object.entries(wrong).flatMap(([field, values]) => values.map((value) => [field, value] as const));

  test.each(cases)('%s %j is refused by the name of the field', async (field, value) => {
    await expectInvalid(system.order.http.post(path).send({ ...valid, [field]: value }), field);
  });

  test('an infinite number is refused by the name of its field', async () => {
    const field = Object.keys(valid)[2] as string;
    const body = JSON.stringify(valid).replace(/:10\b/, ':1e999');
    await expectInvalid(system.order.http.post(path).type('json').send(body), field);
  });

  test.each([2 ** 53, 1e300])('a quantity of %d is refused', async (quantity) => {
    const field = Object.keys(valid)[1] as string;
    const response = await system.order.http.post(path).send({ ...valid, [field]: quantity });
    // The amount is too large then, too.
    expect(expectProblem(response, 400, 'validation-failed').errors?.[0]?.field).toBe(field);
  });

  test('every wrong field is named at once', async () => {
    const fields = Object.keys(valid);
    const response = await system.order.http.post(path).send({});
    const { errors = [] } = expectProblem(response, 400, 'validation-failed');
    expect(errors.map(({ field }) => field).sort()).toEqual([...fields].sort());
  });

  test.each(unreadableBodies)('a body %s is refused', async (_what, contentType, body, status, problem) => {
    await expectUnreadable(system.order.http.post(path), contentType, body, status, problem);
  });

  test('a list is refused as a whole', async () => {
    await expectInvalid(system.order.http.post(path).send([valid]), '$');
  });
});

test.each([
  [9_999_999.99, 2],
  [100, 100_000],
  [3_333_333.34, 3],
])('promise 10: a price of %d for %d is refused, because the amount is too large', async (price, quantity) => {
  await expectInvalid(system.order.http.post('/orders').send({ itemName: 'apple', quantity, price }), 'price');
});

test.each(texts.slice(1))('promise 10: item_name %j is refused by its name', async (text) => {
  await expectInvalid(system.order.http.post('/orders').send({ item_name: text, quantity: 1, price: 10 }), 'item_name');
});

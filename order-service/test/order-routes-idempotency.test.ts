import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { failed, simultaneously, succeeded } from '../../service-kit/test/simultaneously.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem({ ORDER_POLL_MS: '10' });
});
afterAll(() => system.close());

const apple = { itemName: 'apple', quantity: 1, price: 2 };
const post = (body: object, key?: string) => {
  const request = system.order.http.post('/orders');
  return (key === undefined ? request : request.set('idempotency-key', key)).send(body);
};
const countRows = async () => {
  const [counts] = await system.order.sql`
    SELECT (SELECT count(*) FROM orders)::int AS orders, (SELECT count(*) FROM sagas)::int AS sagas`;
  return counts;
};

test('a replay answers with the same order and says that it is one', async () => {
  const first = await post(apple, 'replayed').expect(201);
  expect(first.headers).not.toHaveProperty('idempotent-replayed');
  const before = await countRows();
  const second = await post(apple, 'replayed').expect(201);
  expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true', location: first.headers['location'] });
  expect(second.body).toEqual(first.body);
  expect(await countRows()).toEqual(before);
});

test('a replay of an order that was cancelled answers with its failure', async () => {
  const bomb = { itemName: 'bomb', quantity: 1, price: 9999 };
  const first = await post(bomb, 'cancelled').expect(201);
  expect((await post(bomb, 'cancelled').expect(201)).body).toEqual(first.body);
});

test('the same request in other words is a replay', async () => {
  const { body } = await post(apple, 'words').expect(201);
  const same = { price: 2.0, quantity: 1, item_name: ' apple ', failPayment: false, note: 'x' };
  expect((await post(same, 'words').expect(201)).body).toEqual(body);
});

test('an item in another Unicode form is the same item', async () => {
  await system.inventory.http.put('/inventory/products/caf%C3%A9').send({ available: 5 }).expect(200);
  const [composed, decomposed] = ['Caf\u00e9', 'Cafe\u0301'];
  const { body } = await post({ ...apple, itemName: decomposed }, 'forms').expect(201);
  expect(body).toMatchObject({ itemName: composed, status: 'COMPLETED' });
  expect((await post({ ...apple, itemName: composed }, 'forms').expect(201)).body).toEqual(body);
});

test('keys of other bytes are other keys', async () => {
  const bytes = [[0xe9], [0xc3, 0xa9], [0x65, 0xcc, 0x81], [0xff], [0xfe], [0xef, 0xbf, 0xbd]];
  // Node writes each character of a header as one byte.
  const keys = bytes.map((key) => Buffer.from(key).toString('latin1'));
  const answers = await Promise.all(keys.map((key) => post(apple, key).expect(201)));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(keys.length);
});

test.each([{ quantity: 2 }, { price: 3 }, { itemName: 'pear' }, { failInventory: true }])(
  'another request with the key, one with %j, is a 422',
  async (other) => {
    await post(apple, 'reused').expect(201);
    const before = await countRows();
    expectProblem(await post({ ...apple, ...other }, 'reused'), 422, 'idempotency-key-reused');
    expect(await countRows()).toEqual(before);
  },
);

test('promise 9: 50 simultaneous requests with one key make one order', async () => {
  const before = await countRows();
  const results = await simultaneously(50, async () => await post(apple, 'crowded'));
  expect(failed(results)).toEqual([]);
  const answers = succeeded(results);
  for (const { status } of answers) expect(status).toBe(201);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  expect(await countRows()).toEqual({ orders: before?.['orders'] + 1, sagas: before?.['sagas'] + 1 });
  const [{ body }] = answers as [(typeof answers)[0]];
  const charges = await system.payment.sql`SELECT * FROM payments WHERE order_id = ${body.id}`;
  expect(charges).toHaveLength(1);
});

test('without a key, or with another one, the same request is another order', async () => {
  const ids = [await post(apple), await post(apple), await post(apple, 'one'), await post(apple, 'two')];
  expect(new Set(ids.map(({ body }) => body.id)).size).toBe(4);
});

test('a key of 255 characters is taken, a longer or empty one refused', async () => {
  await post(apple, 'k'.repeat(255)).expect(201);
  const before = await countRows();
  for (const key of ['k'.repeat(256), '']) {
    const { errors } = expectProblem(await post(apple, key), 400, 'validation-failed');
    expect(errors?.map(({ field }) => field)).toEqual(['idempotency-key']);
  }
  expect(await countRows()).toEqual(before);
});

test('a request that is refused does not use the key up', async () => {
  expectProblem(await post({ ...apple, price: 0 }, 'refused'), 400, 'validation-failed');
  await post(apple, 'refused').expect(201);
});

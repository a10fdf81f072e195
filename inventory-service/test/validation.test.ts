import { newId } from 'service-kit/ids';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { expectInvalid, expectUnreadable, unreadableBodies } from '../../service-kit/test/refused-requests.ts';
import { startInventoryService } from './inventory-service.ts';

let service: HttpService;
let products: unknown;
const readProducts = () => service.sql`SELECT * FROM products ORDER BY id`;

beforeAll(async () => {
  service = await startInventoryService();
  products = await readProducts();
});
afterAll(() => service.close());
afterEach(async () => {
  expect(await service.sql`SELECT * FROM reservations`).toEqual([]);
  expect(await readProducts()).toEqual(products);
});

const reservation = { sagaId: newId(), productId: 'apple', quantity: 1 };

test.each([
  ['sagaId', undefined],
  ['sagaId', null],
  ['sagaId', 7],
  ['sagaId', 'saga-1'],
  ['productId', undefined],
  ['productId', null],
  ['productId', 7],
  ['productId', ''],
  ['productId', '   '],
  ['productId', 'p'.repeat(101)],
  ['productId', 'app\u0000le'],
  ['productId', 'app\nle'],
  ['productId', 'app\ud800le'],
  ['productId', 'app\u2028le'],
  ['productId', 'app\u202ele'],
  ['quantity', undefined],
  ['quantity', null],
  ['quantity', '1'],
  ['quantity', [1]],
  ['quantity', true],
  ['quantity', 0],
  ['quantity', -1],
  ['quantity', 1.5],
  ['quantity', 100_001],
  ['quantity', 2 ** 53],
  ['quantity', 1e300],
  ['fail', 'yes'],
  ['fail', 0],
  ['fail', null],
])('a reserve with %s %j is refused by the name of the field', async (field, value) => {
  await expectInvalid(service.http.post('/inventory/reserve').send({ ...reservation, [field]: value }), field);
});

test.each([null, '1', 0, 1.5, 100_001])('a reserve with qty %j is refused by its name', async (qty) => {
  const { quantity: _, ...rest } = reservation;
  await expectInvalid(service.http.post('/inventory/reserve').send({ ...rest, qty }), 'qty');
});

test('every wrong field is named at once', async () => {
  const response = await service.http.post('/inventory/reserve').send({});
  const { errors = [] } = expectProblem(response, 400, 'validation-failed');
  expect(errors.map(({ field }) => field)).toEqual(['sagaId', 'productId', 'quantity']);
});

test.each([undefined, null, 7, '', 'saga-1'])('a release with sagaId %j is refused by its name', async (sagaId) => {
  await expectInvalid(service.http.post('/inventory/release').send({ sagaId }), 'sagaId');
});

test.each([undefined, null, '5', -1, 0.5, 1_000_000_001, 1e300, [5]])(
  'stocking %j of a product is refused by the name of the field',
  async (available) => {
    await expectInvalid(service.http.put('/inventory/products/apple').send({ available }), 'available');
  },
);

test.each(['%20', '%00', 'a%0Ab', 'a%E2%80%A8b', 'a%E2%80%AEb', 'p'.repeat(101)])(
  'the product %s cannot be stocked',
  async (id) => {
    await expectInvalid(service.http.put(`/inventory/products/${id}`).send({ available: 1 }), 'id');
  },
);

describe.each([
  ['post', '/inventory/reserve'],
  ['post', '/inventory/release'],
  ['post', '/inventory/batch'],
  ['put', '/inventory/products/apple'],
] as const)('%s %s', (method, path) => {
  test.each(unreadableBodies)('a body %s is refused', async (_what, contentType, body, status, problem) => {
    await expectUnreadable(service.http[method](path), contentType, body, status, problem);
  });

  test('a list is refused as a whole', async () => {
    await expectInvalid(service.http[method](path).send([reservation]), '$');
  });
});

import { newId } from 'service-kit/ids';
import { readMetrics } from '../../service-kit/test/exposition.ts';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { startInventoryService } from './inventory-service.ts';

let service: HttpService;
let before: Map<string, number>;
beforeAll(async () => {
  service = await startInventoryService();
});
afterAll(() => service.close());
beforeEach(async () => {
  before = await readCounts();
});

/** Each operation with its result, and how often that came. */
async function readCounts(): Promise<Map<string, number>> {
  const { samples } = await readMetrics(service.url);
  const pattern = /^inventory_operations_total\{operation="(\w+)",result="(\w+)"\}$/;
  return new Map(
    [...samples].flatMap(([sample, count]) => {
      const [, operation, result] = sample.match(pattern) ?? [];
      return operation ? [[`${operation} ${result}`, count] as const] : [];
    }),
  );
}

async function readGrowth(): Promise<Record<string, number>> {
  const grown = [...(await readCounts())].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, growth]) => growth !== 0));
}

const reserve = (sagaId: string, quantity: number) =>
  service.http.post('/inventory/reserve').send({ sagaId, productId: 'apple', quantity });
const release = (sagaId: string) => service.http.post('/inventory/release').send({ sagaId });

test('every result stands at 0 from the start', () => {
  expect(Object.fromEntries(before)).toEqual({
    'reserve applied': 0,
    'reserve replayed': 0,
    'reserve refused': 0,
    'release applied': 0,
    'release replayed': 0,
    'release voided': 0,
  });
});

test('a reserve, its repetition and its undoing are told apart', async () => {
  const sagaId = newId();
  await reserve(sagaId, 10).expect(200);
  await reserve(sagaId, 10).expect(200);
  await reserve(sagaId, 11).expect(409);
  await release(sagaId).expect(200);
  await release(sagaId).expect(200);
  await reserve(sagaId, 10).expect(409);
  expect(await readGrowth()).toEqual({
    'reserve applied': 1,
    'reserve replayed': 1,
    'reserve refused': 2,
    'release applied': 1,
    'release replayed': 1,
  });
});

test('a release of nothing voids, and the reserve that comes late is refused', async () => {
  const sagaId = newId();
  await release(sagaId).expect(200);
  await release(sagaId).expect(200);
  await reserve(sagaId, 10).expect(409);
  expect(await readGrowth()).toEqual({ 'release voided': 1, 'release replayed': 1, 'reserve refused': 1 });
});

test('of ten reserves at once one is applied', async () => {
  const sagaId = newId();
  await Promise.all(Array.from({ length: 10 }, () => reserve(sagaId, 10).expect(200)));
  expect(await readGrowth()).toEqual({ 'reserve applied': 1, 'reserve replayed': 9 });
});

test('what there is not of is refused', async () => {
  const request = { sagaId: newId(), productId: 'unicorn', quantity: 1 };
  await service.http.post('/inventory/reserve').send(request).expect(409);
  await service.http
    .post('/inventory/reserve')
    .send({ ...request, productId: 'nothing' })
    .expect(404);
  expect(await readGrowth()).toEqual({ 'reserve refused': 2 });
});

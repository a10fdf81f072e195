import { newId } from 'service-kit/ids';
import { readMetrics } from '../../service-kit/test/exposition.ts';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { startPaymentService } from './payment-service.ts';

let service: HttpService;
let before: Map<string, number>;
beforeAll(async () => {
  service = await startPaymentService();
});
afterAll(() => service.close());
beforeEach(async () => {
  before = await readCounts();
});

/** Each operation with its result, and how often that came. */
async function readCounts(): Promise<Map<string, number>> {
  const { samples } = await readMetrics(service.url);
  const pattern = /^payment_operations_total\{operation="(\w+)",result="(\w+)"\}$/;
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

const charge = (sagaId: string, amount: number) =>
  service.http.post('/payments/charge').send({ sagaId, orderId: 'order-1', amount });
const refund = (sagaId: string) => service.http.post('/payments/refund').send({ sagaId, reason: 'cancelled' });

test('every result stands at 0 from the start', () => {
  expect(Object.fromEntries(before)).toEqual({
    'charge applied': 0,
    'charge replayed': 0,
    'charge refused': 0,
    'refund applied': 0,
    'refund replayed': 0,
    'refund voided': 0,
  });
});

test('a charge, its repetition and its undoing are told apart', async () => {
  const sagaId = newId();
  await charge(sagaId, 10).expect(200);
  await charge(sagaId, 10).expect(200);
  await charge(sagaId, 11).expect(409);
  await refund(sagaId).expect(200);
  await refund(sagaId).expect(200);
  await charge(sagaId, 10).expect(409);
  expect(await readGrowth()).toEqual({
    'charge applied': 1,
    'charge replayed': 1,
    'charge refused': 2,
    'refund applied': 1,
    'refund replayed': 1,
  });
});

test('a refund of nothing voids, and the charge that comes late is refused', async () => {
  const sagaId = newId();
  await refund(sagaId).expect(200);
  await refund(sagaId).expect(200);
  await charge(sagaId, 10).expect(409);
  expect(await readGrowth()).toEqual({ 'refund voided': 1, 'refund replayed': 1, 'charge refused': 1 });
});

test('of ten charges at once one is applied', async () => {
  const sagaId = newId();
  await Promise.all(Array.from({ length: 10 }, () => charge(sagaId, 10).expect(200)));
  expect(await readGrowth()).toEqual({ 'charge applied': 1, 'charge replayed': 9 });
});

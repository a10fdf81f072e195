import { newId } from 'service-kit/ids';
import { readAllPages } from '../../service-kit/test/all-pages.ts';
import type { HttpService } from '../../service-kit/test/http-service.ts';
import { expectInvalid } from '../../service-kit/test/refused-requests.ts';
import { startPaymentService } from './payment-service.ts';

let service: HttpService;
beforeAll(async () => {
  service = await startPaymentService();
});
afterAll(() => service.close());
beforeEach(() => service.sql`TRUNCATE payments`);

const charge = (sagaId: string, amount: number) =>
  service.http.post('/payments/charge').send({ sagaId, orderId: 'order-1', amount }).expect(200);
const refund = (sagaId: string) => service.http.post('/payments/refund').send({ sagaId, reason: 'x' }).expect(200);
const totals = async () => (await service.http.get('/payments/totals').expect(200)).body;
/** Rows of every status; they come in another order than that of their ids. */
const fill = (rows: number) => service.sql`
  INSERT INTO payments (saga_id, status, order_id, amount_cents, receipt_id)
  SELECT gen_random_uuid(), s, CASE WHEN s <> 'VOIDED' THEN 'order' END,
    CASE WHEN s <> 'VOIDED' THEN n END, CASE WHEN s <> 'VOIDED' THEN gen_random_uuid() END
  FROM generate_series(1, ${rows}) n, LATERAL (SELECT (enum_range(NULL::payment_status))[n % 3 + 1] AS s) status`;

describe('GET /payments', () => {
  test('without payments is one empty page', async () => {
    expect((await service.http.get('/payments')).body).toEqual({ items: [], nextCursor: null });
  });

  test('shows each payment as it is shown alone', async () => {
    const ids = [newId(), newId(), newId()] as const;
    await charge(ids[0], 1.5);
    await charge(ids[1], 2);
    await refund(ids[1]);
    await refund(ids[2]);
    const { items } = (await service.http.get('/payments').expect(200)).body;
    const alone = await Promise.all(ids.map(async (id) => (await service.http.get(`/payments/${id}`)).body));
    expect(items).toEqual(alone);
  });

  test.each([
    [7, 1],
    [1000, 1000],
    [2345, 1000],
    [45, 20],
  ])('%d payments come to an end in pages of %d, each once', async (rows, limit) => {
    await fill(rows);
    const pages = await readAllPages<{ sagaId: string }>(service.http, '/payments', limit);
    expect(pages).toHaveLength(Math.ceil(rows / limit));
    const ids = pages.flat().map(({ sagaId }) => sagaId);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(rows);
  });

  test('holds 20 unless it is told', async () => {
    await fill(21);
    const { items, nextCursor } = (await service.http.get('/payments')).body;
    expect(items).toHaveLength(20);
    expect(nextCursor).toBe(items[19].sagaId);
  });

  test.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'all'],
    ['cursor', 'next'],
  ])('refuses %s=%s', async (name, value) => {
    await expectInvalid(service.http.get('/payments').query({ [name]: value }), name);
  });
});

describe('GET /payments/totals', () => {
  test('without payments is nothing', async () => {
    const counts = { CHARGED: 0, REFUNDED: 0, VOIDED: 0 };
    expect(await totals()).toEqual({ charged: 0, refunded: 0, counts });
  });

  test('counts what was refunded as charged, too', async () => {
    const [kept, returned, empty] = [newId(), newId(), newId()];
    await charge(kept, 0.1);
    await charge(returned, 0.2);
    await refund(returned);
    await refund(empty);
    const counts = { CHARGED: 1, REFUNDED: 1, VOIDED: 1 };
    expect(await totals()).toEqual({ charged: 0.3, refunded: 0.2, counts });
  });

  test('agree with the rows', async () => {
    await fill(3000);
    const rows = (
      await readAllPages<{ status: string; amount: number | null }>(service.http, '/payments', 1000)
    ).flat();
    const sumOf = (status: string) =>
      rows.reduce((cents, row) => cents + (row.status === status ? Math.round((row.amount ?? 0) * 100) : 0), 0);
    expect(await totals()).toEqual({
      charged: (sumOf('CHARGED') + sumOf('REFUNDED')) / 100,
      refunded: sumOf('REFUNDED') / 100,
      counts: { CHARGED: 1000, REFUNDED: 1000, VOIDED: 1000 },
    });
  });

  test('are exact to the cent for a million of the largest payments', async () => {
    await service.sql`
      INSERT INTO payments (saga_id, status, order_id, amount_cents, receipt_id)
      VALUES (${newId()}, 'CHARGED', 'order', 999999999000000, ${newId()}), (${newId()}, 'CHARGED', 'order', 1, ${newId()})`;
    expect(await totals()).toMatchObject({ charged: 9_999_999_990_000.01 });
  });

  test('may exceed what the database keeps of one payment', async () => {
    await service.sql`
      INSERT INTO payments (saga_id, status, order_id, amount_cents, receipt_id)
      SELECT gen_random_uuid(), 'REFUNDED', 'order', 9223372036854775807, gen_random_uuid() FROM generate_series(1, 3)`;
    expect((await totals()).refunded).toBeCloseTo(3 * 2 ** 63 * 0.01, -3);
  });
});

import { newId } from 'service-kit/ids';
import { type MigratedDatabase, openMigratedDatabase } from '../../service-kit/test/migrated-database.ts';
import { failed, simultaneously, succeeded } from '../../service-kit/test/simultaneously.ts';
import { createPaymentStore, type PaymentStore } from '../src/store.ts';

let database: MigratedDatabase;
let store: PaymentStore;

beforeAll(async () => {
  database = await openMigratedDatabase('payment');
  store = createPaymentStore(database.db);
});
afterAll(() => database.close());
beforeEach(() => database.sql`TRUNCATE payments`);

const charge = (sagaId: string, more: { orderId?: string; amountCents?: number } = {}) =>
  store.charge({ sagaId, orderId: 'order-1', amountCents: 1050, fail: false, ...more });
const rowsByStatus = () =>
  database.sql`SELECT status, count(*)::int AS rows FROM payments GROUP BY status ORDER BY status`;
const refused = (name: string) =>
  expect.objectContaining({ document: expect.objectContaining({ type: `/problems/${name}` }) });

describe('promise 7: repeated calls', () => {
  test('200 simultaneous identical charges make one row and are answered alike', async () => {
    const sagaId = newId();
    const answers = succeeded(await simultaneously(200, () => charge(sagaId)));
    expect(answers).toHaveLength(200);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await rowsByStatus()).toEqual([{ status: 'CHARGED', rows: 1 }]);
  });

  test('200 simultaneous identical refunds refund once and are answered alike', async () => {
    const sagaId = newId();
    const charged = await charge(sagaId);
    const answers = succeeded(await simultaneously(200, () => store.refund(sagaId)));
    expect(answers).toHaveLength(200);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toEqual({ ...charged, status: 'REFUNDED', updatedAt: expect.any(Date) });
    expect(await rowsByStatus()).toEqual([{ status: 'REFUNDED', rows: 1 }]);
  });

  test('a charge that is repeated answers as the first did', async () => {
    const sagaId = newId();
    const first = await charge(sagaId);
    expect(first).toMatchObject({ sagaId, orderId: 'order-1', amountCents: 1050, status: 'CHARGED' });
    expect(await charge(sagaId)).toEqual(first);
    expect(await store.find(sagaId)).toEqual(first);
  });
});

describe('promise 7: empty and late calls', () => {
  test('a refund with nothing to refund leaves VOIDED, however often it is asked', async () => {
    const sagaId = newId();
    const first = await store.refund(sagaId);
    expect(first).toMatchObject({ status: 'VOIDED', orderId: null, amountCents: null, receiptId: null });
    expect(await store.refund(sagaId)).toEqual(first);
  });

  test('a charge after an empty refund is refused, again and again', async () => {
    const sagaId = newId();
    await store.refund(sagaId);
    await expect(charge(sagaId)).rejects.toEqual(refused('charge-after-refund'));
    await expect(charge(sagaId)).rejects.toEqual(refused('charge-after-refund'));
    expect(await rowsByStatus()).toEqual([{ status: 'VOIDED', rows: 1 }]);
  });

  test('a charge after the refund of a charge is refused', async () => {
    const sagaId = newId();
    await charge(sagaId);
    await store.refund(sagaId);
    await expect(charge(sagaId)).rejects.toEqual(refused('charge-after-refund'));
    expect(await rowsByStatus()).toEqual([{ status: 'REFUNDED', rows: 1 }]);
  });

  test('a saga that is not known is not found', async () => {
    await expect(store.find(newId())).rejects.toEqual(refused('payment-not-found'));
  });
});

describe('other calls', () => {
  test.each([{ amountCents: 1051 }, { orderId: 'order-2' }])('a charge with other %j is a conflict', async (other) => {
    const sagaId = newId();
    const first = await charge(sagaId);
    await expect(charge(sagaId, other)).rejects.toEqual(refused('charge-conflict'));
    expect(await store.find(sagaId)).toEqual(first);
  });

  test('of 200 simultaneous charges for two amounts one amount is charged', async () => {
    const sagaId = newId();
    const results = await simultaneously(200, (index) => charge(sagaId, { amountCents: 100 + (index % 2) }));
    const charged = await store.find(sagaId);
    expect(succeeded(results)).toEqual(Array(100).fill(charged));
    expect(failed(results)).toEqual(Array(100).fill(refused('charge-conflict')));
  });

  test('two sagas for the same order are two payments', async () => {
    const [first, second] = [await charge(newId()), await charge(newId())];
    expect(first.receiptId).not.toBe(second.receiptId);
  });
});

describe('promise 2: races', () => {
  test('300 races of charge against refund leave nothing charged', async () => {
    const sagaIds = Array.from({ length: 300 }, newId);
    const charges = await simultaneously(600, (index) => {
      const sagaId = sagaIds[index >> 1] as string;
      // The charge goes first in every other race.
      return (index + (index >> 1)) % 2 === 0 ? charge(sagaId) : store.refund(sagaId);
    });
    for (const error of failed(charges)) expect(error).toEqual(refused('charge-after-refund'));
    const rows = await database.sql`SELECT status FROM payments`;
    expect(rows).toHaveLength(300);
    expect(rows.filter(({ status }) => status === 'CHARGED')).toEqual([]);
    expect(rows.filter(({ status }) => status === 'VOIDED')).toHaveLength(failed(charges).length);
  });
});

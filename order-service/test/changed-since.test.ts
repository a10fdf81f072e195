import { expectInvalid } from '../../service-kit/test/refused-requests.ts';
import { placeOrder } from './change-followers.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
/** Oldest first, with the time of each saga's last event. */
const placed: { id: string; sagaId: string; endedAt: Date }[] = [];

beforeAll(async () => {
  system = await startOrderSystem();
  for (let index = 0; index < 10; index += 1) {
    const { id, sagaId } = await placeOrder(system.order);
    const [end] = await system.order.sql`SELECT max(at) AS at FROM saga_events WHERE saga_id = ${sagaId}`;
    placed.push({ id, sagaId, endedAt: end?.['at'] });
  }
});
afterAll(() => system.close());

const endOf = (index: number) => (placed[index] as { endedAt: Date }).endedAt.toISOString();
const later = (time: string, ms: number) => new Date(Date.parse(time) + ms).toISOString();

describe.each([
  ['orders', 'id', 'CANCELLED'],
  ['sagas', 'sagaId', 'COMPENSATED'],
] as const)('GET /%s?changedSince=', (list, id, otherStatus) => {
  const get = async (query: Record<string, string | number>) => {
    const { body } = await system.order.http.get(`/${list}`).query(query).expect(200);
    return { ids: body.items.map((item: { id: string }) => item.id), nextCursor: body.nextCursor };
  };
  const ids = (from: number) =>
    placed
      .slice(from)
      .map((order) => order[id])
      .reverse();

  test('gives those with an event then or later, newest first', async () => {
    expect((await get({ changedSince: endOf(6) })).ids).toEqual(ids(6));
    // Times are told in whole milliseconds, the log keeps more.
    expect((await get({ changedSince: later(endOf(6), 1) })).ids).toEqual(ids(7));
    expect((await get({ changedSince: '1970-01-01T00:00:00Z' })).ids).toEqual(ids(0));
    expect((await get({ changedSince: later(endOf(9), 1) })).ids).toEqual([]);
  });

  test('goes by pages, and with a status', async () => {
    const first = await get({ changedSince: endOf(4), limit: 4 });
    const second = await get({ changedSince: endOf(4), limit: 4, cursor: first.nextCursor });
    expect([...first.ids, ...second.ids]).toEqual(ids(4));
    expect(second.nextCursor).toBeNull();
    expect((await get({ changedSince: endOf(4), status: 'COMPLETED', limit: 2 })).ids).toEqual(ids(8));
    expect((await get({ changedSince: endOf(4), status: otherStatus })).ids).toEqual([]);
  });

  test('finds an old saga by a new event', async () => {
    const old = placed[2] as { id: string; sagaId: string };
    const [{ now } = {}] = await system.order.sql`SELECT now()`;
    await system.order.sql`INSERT INTO saga_events (saga_id, seq, type, by)
      VALUES (${old.sagaId}, 99, 'claimed', 'a test')`;
    expect((await get({ changedSince: now.toISOString() })).ids).toEqual([old[id]]);
    await system.order.sql`DELETE FROM saga_events WHERE seq = 99`;
  });

  test.each([
    'yesterday',
    '2030-01-31',
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2030-01-31T12:00:00+01:00',
    '',
  ])('"%s" is refused by its name', async (changedSince) => {
    await expectInvalid(system.order.http.get(`/${list}`).query({ changedSince }), 'changedSince');
  });
});

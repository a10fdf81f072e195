import { expectInvalid } from '../../service-kit/test/refused-requests.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
/** Newest first. */
const placed: { id: string; sagaId: string; status: string; sagaStatus: string }[] = [];

beforeAll(async () => {
  system = await startOrderSystem();
  for (let index = 0; index < 25; index += 1) {
    const itemName = index % 3 === 0 ? 'unicorn' : 'apple';
    const { body } = await system.order.http.post('/orders').send({ itemName, quantity: 1, price: 1 }).expect(201);
    placed.unshift(body);
  }
});
afterAll(() => system.close());

const get = async (path: string) => (await system.order.http.get(path).expect(200)).body;

async function readPages(path: string): Promise<{ items: { id: string }[]; nextCursor: string | null }[]> {
  const pages = [await get(path)];
  while (pages.at(-1).nextCursor !== null) pages.push(await get(`${path}&cursor=${pages.at(-1).nextCursor}`));
  return pages;
}

const lists = [
  { list: 'orders', ids: () => placed.map(({ id }) => id), idsBy: idsOf('id', 'status') },
  { list: 'sagas', ids: () => placed.map(({ sagaId }) => sagaId), idsBy: idsOf('sagaId', 'sagaStatus') },
] as const;

function idsOf(id: 'id' | 'sagaId', status: 'status' | 'sagaStatus') {
  return (wanted: string) => placed.filter((order) => order[status] === wanted).map((order) => order[id]);
}

describe.each(lists)('GET /$list', ({ list, ids, idsBy }) => {
  const cancelled = list === 'orders' ? 'CANCELLED' : 'COMPENSATED';

  test('gives twenty, newest first, and where to go on', async () => {
    const page = await get(`/${list}`);
    expect(Object.keys(page)).toEqual(['items', 'nextCursor']);
    expect(page.items.map(({ id }: { id: string }) => id)).toEqual(ids().slice(0, 20));
    const next = await get(`/${list}?cursor=${page.nextCursor}`);
    expect(next.items.map(({ id }: { id: string }) => id)).toEqual(ids().slice(20));
    expect(next.nextCursor).toBeNull();
  });

  test.each([1, 7, 24, 25, 100])('goes through all by %d to the last page', async (limit) => {
    const pages = await readPages(`/${list}?limit=${limit}`);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids());
    expect(pages).toHaveLength(Math.ceil(25 / limit));
  });

  test.each(['COMPLETED', cancelled])('goes through those with the status %s', async (status) => {
    const pages = await readPages(`/${list}?status=${status}&limit=4`);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(idsBy(status));
  });

  test('an item is the same as when asked for alone', async () => {
    const { items } = await get(`/${list}?limit=2`);
    for (const item of items) expect(await get(`/${list}/${item.id}`)).toEqual(item);
  });

  test('what is not there is one empty page', async () => {
    const nobody = list === 'orders' ? 'PENDING' : 'COMPENSATION_STUCK';
    expect(await get(`/${list}?status=${nobody}`)).toEqual({ items: [], nextCursor: null });
    expect(await get(`/${list}?cursor=00000000-0000-0000-0000-000000000000`)).toEqual({ items: [], nextCursor: null });
  });

  test('what is new does not shift the pages after it', async () => {
    const first = await get(`/${list}?limit=10`);
    const { body } = await system.order.http.post('/orders').send({ itemName: 'pear', quantity: 1, price: 1 });
    placed.unshift(body);
    const second = await get(`/${list}?limit=10&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }: { id: string }) => id)).toEqual(ids().slice(11, 21));
    placed.shift();
    await system.order.sql`DELETE FROM orders WHERE id = ${body.id}`;
    await system.order.sql`DELETE FROM saga_events WHERE saga_id = ${body.sagaId}`;
    await system.order.sql`DELETE FROM sagas WHERE id = ${body.sagaId}`;
  });

  test.each([
    ['status', 'LOST'],
    ['status', 'completed'],
    ['status', ''],
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'all'],
    ['cursor', '42'],
  ])('%s=%s is refused by its name', async (name, value) => {
    await expectInvalid(system.order.http.get(`/${list}?${name}=${value}`), name);
  });
});

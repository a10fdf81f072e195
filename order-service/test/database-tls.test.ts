import { waitUntil } from 'stack/wait-until';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let database: PostgresForwarder;
let system: OrderSystem;
beforeAll(async () => {
  // Short leases, so that a saga that was dropped is soon taken up again.
  const knobs = { LEASE_MS: '3000' };
  system = await startOrderSystem(knobs, {}, async (url) => {
    database = await startPostgresForwarder(url);
    return `${database.url}?sslmode=require`;
  });
});
afterAll(async () => {
  await system.close();
  await database.close();
});

const placeMany = (count: number) => {
  const order = { itemName: 'lamp', quantity: 1, price: 10 };
  return Promise.all(Array.from({ length: count }, () => system.order.http.post('/orders').send(order)));
};
const sessions = async () => {
  const rows = await system.order.sql`
    SELECT pid, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
    WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid`;
  return rows.map(({ pid, ssl }) => ({ pid, ssl }));
};

test('over TLS orders complete, and every session of the database is kept', async () => {
  await placeMany(50);
  const before = await sessions();
  expect(before.length).toBeGreaterThan(2);
  expect(before.every(({ ssl }) => ssl)).toBe(true);
  for (let round = 0; round < 4; round += 1) {
    for (const { status, body } of await placeMany(50)) expect([status, body.status]).toEqual([201, 'COMPLETED']);
  }
  expect(await sessions()).toEqual(expect.arrayContaining(before));
});

test('connections over TLS that are cut under load end no process, no order is left, and the books balance', async () => {
  const loads: ReturnType<typeof placeMany>[] = [];
  for (let round = 0; round < 6; round += 1) {
    loads.push(placeMany(20));
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (round % 2 === 0) database.resetAll();
    else database.endAll();
  }
  for (const { status } of (await Promise.all(loads)).flat()) expect([201, 202, 503]).toContain(status);
  const pending = () => system.order.sql`SELECT 1 FROM sagas WHERE status IN ('STARTED', 'COMPENSATING')`;
  await waitUntil('every saga is over', async () => (await pending()).length === 0);
  expect((await system.order.http.get('/audit').expect(200)).body).toMatchObject({ clean: true, quiet: true });
});

import { newId } from 'service-kit/ids';
import type { Service } from 'service-kit/service-program';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import { findPgbouncer, type Pgbouncer, startPgbouncer } from '../../service-kit/test/pgbouncer.ts';
import { placeOrder, waitForEnds } from './change-followers.ts';
import { readChanges } from './change-reader.ts';
import { startOrderReplica } from './order-replicas.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

const hasPgbouncer = process.env['REQUIRE_PGBOUNCER'] === '1' || findPgbouncer() !== undefined;
if (!hasPgbouncer) process.stderr.write('tests with a pooler skipped: there is no pgbouncer\n');

const through = { DATABASE_POOLER: 'on' };

(hasPgbouncer ? describe : describe.skip)('through a pooler that lends a session for a transaction at a time', () => {
  let pooler: Pgbouncer;
  let system: OrderSystem;
  beforeAll(async () => {
    pooler = await startPgbouncer();
    system = await startOrderSystem({}, through, async (url) => pooler.reach(url));
  });
  afterAll(async () => {
    await system.close();
    await pooler.stop();
  });

  test('orders, replays, refusals and the audit work, with nothing but the one setting', async () => {
    const { http, sql } = system.order;
    const order = (key: string, body: object) =>
      http
        .post('/orders')
        .set('idempotency-key', key)
        .send({ itemName: 'lamp', quantity: 1, price: 10, ...body });
    const bodies = [{}, { price: 9999 }, { itemName: 'unicorn' }, { failInventory: true }];
    const wishes = Array.from({ length: 60 }, (_, index) => ({ key: newId(), body: bodies[index % 4] ?? {} }));
    const first = await Promise.all(wishes.map(({ key, body }) => order(key, body)));
    const again = await Promise.all(wishes.map(({ key, body }) => order(key, body)));
    for (const [index, { status, body }] of first.entries()) {
      expect([status, body.status]).toEqual([201, index % 4 === 0 ? 'COMPLETED' : 'CANCELLED']);
      expect(again[index]?.body).toEqual(body);
      expect(again[index]?.headers['idempotent-replayed']).toBe('true');
    }
    const { body: audit } = await http.get('/audit').expect(200);
    expect(audit).toMatchObject({ clean: true, quiet: true, totals: { orders: { COMPLETED: 15, CANCELLED: 45 } } });
    await http.get('/readyz').expect(200);
    // They were lent, all of them.
    const [sessions] = await sql`SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'postgres.js' AND pid <> pg_backend_pid()`;
    expect(sessions?.['count']).toBeLessThanOrEqual(5);
  });

  test('the role has the limits that a session of ours would have, and no migration lock is left', async () => {
    const { sql } = system.order;
    const settings = await sql`SELECT unnest(setconfig) AS setting FROM pg_db_role_setting
      JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()`;
    expect(settings.map(({ setting }) => setting)).toEqual(
      expect.arrayContaining(['lock_timeout=400', 'statement_timeout=10000']),
    );
    const locks = await sql`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    expect(locks).toHaveLength(0);
  });

  test('two replicas that start at once both migrate, and hear each other past the pooler', async () => {
    const direct = await freshDatabase();
    const env = { ...through, DIRECT_DATABASE_URL: direct, MIGRATION_DATABASE_URL: direct };
    const start = () => startOrderReplica(system, pooler.reach(direct), { ...env, CHANGE_BEAT_INTERVAL_MS: '600000' });
    const [here, there] = await Promise.all([start(), start()]);
    const reader = await readChanges(here.url);
    await reader.waitFor(1);
    await waitForEnds(reader, there, [(await placeOrder(there)).id]);
    reader.close();
    await Promise.all([here.close(), there.close()]);
  });

  test('a failover behind the pooler is 503, and all is well again by itself', async () => {
    const { http, sql } = system.order;
    const isPlaced = async () => {
      const { status } = await http.post('/orders').send({ itemName: 'lamp', quantity: 1, price: 10 });
      expect([201, 503]).toContain(status);
      return status === 201;
    };
    const [row] = await sql`SELECT current_database() AS name`;
    const cut = () => sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await sql.unsafe(`ALTER DATABASE ${row?.['name']} SET default_transaction_read_only = on`);
    await cut();
    await waitUntil('it cannot be written', async () => !(await isPlaced()));
    expect((await http.get('/readyz')).status).toBe(503);
    await sql.unsafe(`ALTER DATABASE ${row?.['name']} RESET default_transaction_read_only`);
    await waitUntil('all is well', isPlaced, 15_000);
    await http.get('/readyz').expect(200);
  });

  test.each<[string, Record<string, string>]>([
    ['settings of ours', {}],
    ['prepared statements', { ignore_startup_parameters: 'statement_timeout,lock_timeout,plan_cache_mode' }],
  ])(
    'a start that is not told of a pooler without %s names the setting, before it listens',
    async (_what, settings) => {
      const strict = await startPgbouncer(settings);
      const starting: Promise<Service> = startOrderReplica(system, strict.reach(await freshDatabase()));
      await expect(starting).rejects.toMatchObject({
        cause: { message: expect.stringContaining('DATABASE_POOLER=on') },
      });
      await strict.stop();
    },
  );
});

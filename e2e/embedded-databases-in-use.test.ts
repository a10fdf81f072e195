import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { checkBooks } from 'stack/books';
import { queryServers } from 'stack/postgres-server';
import { type ServiceName, serviceNames } from 'stack/stack';
import { startLoad } from 'stack/storm-orders';
import { waitUntilOver } from 'stack/storm-quiet';
import { createRandom } from 'stack/storm-random';
import { stormSettings } from 'stack/storm-target';
import { waitUntil } from 'stack/wait-until';
import { useEmbeddedStack } from './embedded-stack.ts';

jest.setTimeout(120_000);

const system = useEmbeddedStack({ order: stormSettings }, 3);
/** Tables that every call of their services writes to. */
const busiest: Partial<Record<ServiceName, string>> = { order: 'sagas', payment: 'payments', inventory: 'products' };

/** Statements of a person with the rights of the server's owner. */
async function inEach(work: (sql: postgres.Sql, name: ServiceName) => Promise<void>): Promise<void> {
  await Promise.all(
    serviceNames.map(async (name) => {
      const sql = postgres(system.databases[name].url(name), { max: 1, onnotice: () => {} });
      await work(sql, name).finally(() => sql.end());
    }),
  );
}

const locked = (ms: number) =>
  inEach(async (sql, name) => {
    const table = busiest[name];
    if (!table) return;
    await sql.begin(async (transaction) => {
      await transaction`LOCK TABLE ${transaction(table)} IN ACCESS EXCLUSIVE MODE`;
      await sleep(ms);
    });
  });

const maintained = () =>
  inEach(async (sql, name) => {
    await sql.unsafe('VACUUM FULL');
    await sql.unsafe(`REINDEX DATABASE "${name}"`);
  });

const terminated = (times: number) =>
  inEach(async (sql) => {
    for (let turn = 0; turn < times; turn += 1) {
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      await sleep(1_000);
    }
  });

test.each<[string, () => Promise<void>]>([
  ['the tables that every call writes to are locked for 20 s', () => locked(20_000)],
  ['every table is rewritten and every index built anew', maintained],
  ['every session is ended once a second for 6 s', () => terminated(6)],
])('where %s, no order is left: all are over within 15 s', async (_what, trouble) => {
  const load = startLoad(system.doors.order.url, createRandom(1));
  await sleep(1_000);
  await trouble();
  const endedAt = performance.now();
  await load.stop();
  expect(load.wishes.flatMap(({ replies }) => replies.filter(({ type }) => type === 'odd'))).toEqual([]);
  const query = queryServers(system.databases);
  await waitUntil('every saga is over', async () => {
    const unfinished = await query('order', `SELECT id FROM sagas WHERE status IN ('STARTED', 'COMPENSATING')`);
    return unfinished.length === 0;
  });
  expect(performance.now() - endedAt).toBeLessThan(15_000);
  // What got stuck meanwhile a person tries again.
  await waitUntilOver(system.doors.order.url, () => {});
  expect((await checkBooks(query)).filter(({ held }) => !held)).toEqual([]);
});

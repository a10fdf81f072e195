import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres, { type Sql } from 'postgres';
import { workFolder } from 'stack/postgres-programs';
import { type PostgresServer, startPostgres } from 'stack/postgres-server';
import { waitUntil } from 'stack/wait-until';
import { openDatabase } from '../src/database.ts';
import { isUnavailable, mayHaveCommitted } from '../src/database-errors.ts';

const folder = mkdtempSync(join(workFolder(), 'test-'));
let server: PostgresServer;
let owner: Sql;
/** Of a service that is no superuser, for whom Postgres keeps connections back. */
let url: string;
beforeAll(async () => {
  server = await startPostgres(folder, { durable: false, settings: { max_connections: '20' } });
  owner = postgres(server.url('postgres'), { max: 1 });
  await owner`CREATE ROLE service LOGIN`;
  url = server.url('postgres').replace('postgres@', 'service@');
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Takes every connection that Postgres still gives to anybody but a superuser. */
async function useUp(): Promise<Sql[]> {
  const strangers: Sql[] = [];
  for (;;) {
    const stranger = postgres(url, { max: 1 });
    const got = await stranger`SELECT 1`.catch(() => undefined);
    if (!got) return strangers;
    strangers.push(stranger);
  }
}

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error);

test('where a stranger has used up the connections, a service without any is unavailable, and one with some goes on', async () => {
  const [late, early] = [openDatabase(url, 5), openDatabase(url, 5)];
  await early.check();
  const strangers = await useUp();
  const error = await failureOf(late.check());
  expect([isUnavailable(error), mayHaveCommitted(error), error.code]).toEqual([true, false, '53300']);
  // One connection serves all, though five would be made.
  const answers = Promise.all(Array.from({ length: 20 }, () => early.db.execute(sql`SELECT pg_sleep(0.01), 1 AS one`)));
  expect((await answers).every(([row]) => row?.['one'] === 1)).toBe(true);

  await Promise.all(strangers.map((stranger) => stranger.end()));
  await waitUntil('a connection is had', async () => (await failureOf(late.check())) === undefined, 2_000);
  await Promise.all([late.close(), early.close()]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { freePort } from 'stack/free-port';
import { freshDatabase } from 'stack/fresh-database';
import { workFolder } from 'stack/postgres-programs';
import { startPostgres } from 'stack/postgres-server';
import { waitUntil } from 'stack/wait-until';
import { type OpenDatabase, openDatabase } from '../src/database.ts';
import { withDatabaseBudget } from '../src/database-budget.ts';
import { isUnavailable, mayHaveCommitted } from '../src/database-errors.ts';
import { type PostgresForwarder, startPostgresForwarder } from './postgres-forwarder.ts';

const timeoutMs = 1_000;
let url: string;
let forwarder: PostgresForwarder;
let database: OpenDatabase;
beforeEach(async () => {
  url = await freshDatabase();
  forwarder = await startPostgresForwarder(url);
  database = openDatabase(forwarder.url, 3, { timeoutMs });
});
afterEach(async () => {
  await database.close();
  await forwarder.close();
});

/** As a request does. */
const ask = ({ db } = database) => withDatabaseBudget(timeoutMs, () => db.execute(sql`SELECT 1 AS one`).execute());
const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error);

describe.each(['refuse', 'close', 'mute'] as const)('where what stands before the database can only %s', (how) => {
  test('it is unavailable within the time of a statement, nothing was done, and it is tried again after pauses', async () => {
    await Promise.all([ask(), ask(), ask()]);
    forwarder.switchOff(how);
    await waitUntil('no statement is on its way', async () => !mayHaveCommitted(await failureOf(ask())));
    const before = forwarder.accepted();
    const endsAt = performance.now() + 3 * timeoutMs;
    async function keepAsking() {
      while (performance.now() < endsAt) {
        const startedAt = performance.now();
        const error = await failureOf(ask());
        expect([isUnavailable(error), mayHaveCommitted(error)]).toEqual([true, false]);
        expect(performance.now() - startedAt).toBeLessThan(how === 'mute' ? timeoutMs + 300 : 500);
      }
    }
    await Promise.all([keepAsking(), keepAsking(), keepAsking()]);
    // A pause has grown to 125 ms at least.
    expect(forwarder.accepted() - before).toBeLessThanOrEqual(3 * 8);
    forwarder.switchOn();
    await waitUntil('it answers', async () => (await failureOf(ask())) === undefined, 5_000);
  });
});

describe('several hosts', () => {
  const withHosts = (hosts: string) => url.replace(/@[^/]+/, `@${hosts}`);
  const portOf = (text: string) => new URL(text).port;

  test.each(['refuse', 'close', 'mute'] as const)('are tried in turn where the first can only %s', async (how) => {
    forwarder.switchOff(how);
    const several = openDatabase(withHosts(`127.0.0.1:${portOf(forwarder.url)},127.0.0.1:${portOf(url)}`), 1, {
      timeoutMs,
    });
    // The first statement may have waited for the first host in vain.
    await waitUntil('the second answers', async () => (await failureOf(ask(several))) === undefined, 5_000);
    await several.close();
  });

  test('are tried in turn where nothing listens at the first', async () => {
    const several = openDatabase(withHosts(`127.0.0.1:${await freePort()},127.0.0.1:${portOf(url)}`), 1, { timeoutMs });
    expect(await ask(several)).toEqual([{ one: 1 }]);
    await several.close();
  });

  test('that can only be read are passed over', async () => {
    const folder = mkdtempSync(join(workFolder(), 'test-'));
    const standby = await startPostgres(folder, { durable: false, settings: { default_transaction_read_only: 'on' } });
    const hosts = [standby.port, portOf(url)].map((port) => `127.0.0.1:${port}`);
    const several = openDatabase(`postgres://postgres@${hosts}/postgres`, 1, { timeoutMs });
    const [server] = await several.db.execute(sql`SELECT current_setting('port') AS port`);
    expect(server).toEqual({ port: portOf(url) });
    await several.close();
    await standby.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('a failover that leaves the database read-only for a while', () => {
  const asOwner = async (text: string) => {
    const owner = postgres(url, {
      max: 1,
      onnotice: () => {},
      connection: { default_transaction_read_only: 'off' as never },
    });
    await owner.unsafe(text);
    await owner.end();
  };
  const cutAll = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  const name = () => new URL(url).pathname.slice(1);
  const write = () => database.db.execute(sql`INSERT INTO notes VALUES (1)`);

  test('is unavailable, nothing was done, and is well as soon as it can be written, with nothing cut by hand', async () => {
    await asOwner('CREATE TABLE notes (id int)');
    await Promise.all([write(), write(), write()]);
    await asOwner(`ALTER DATABASE ${name()} SET default_transaction_read_only = on; ${cutAll}`);
    await waitUntil('no statement is on its way', async () => !mayHaveCommitted(await failureOf(write())));
    for (const refused of [write(), write(), write(), database.check()]) {
      const error = await failureOf(refused);
      expect([isUnavailable(error), mayHaveCommitted(error)]).toEqual([true, false]);
    }
    await asOwner(`ALTER DATABASE ${name()} RESET default_transaction_read_only`);
    const all = () => Promise.all([write(), write(), write(), database.check()]);
    await waitUntil('it is well', async () => (await failureOf(all())) === undefined, 2_000);
  });

  test('is noticed on connections that were made before it, too', async () => {
    await asOwner('CREATE TABLE notes (id int)');
    await Promise.all([write(), write(), write()]);
    // As a standby that a connection outlived, or a setting that is read again.
    await Promise.all([1, 2, 3].map(() => database.db.execute(sql`SET default_transaction_read_only = on`)));
    const error = await failureOf(write());
    expect([isUnavailable(error), mayHaveCommitted(error)]).toEqual([true, false]);
    await Promise.all([write(), write(), write(), database.check()]);
  });

  test('makes a check of a connection fail, and the connection is thrown away', async () => {
    const one = openDatabase(url, 1, { timeoutMs });
    await one.db.execute(sql`SET default_transaction_read_only = on`);
    expect(isUnavailable(await failureOf(one.check()))).toBe(true);
    await one.check();
    await one.close();
  });
});

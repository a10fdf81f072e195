import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { freePort } from 'stack/free-port';
import { freshDatabase } from 'stack/fresh-database';
import { openDatabase } from '../src/database.ts';
import { isUnavailable, mayHaveCommitted, violates } from '../src/database-errors.ts';
import { migrateDatabase } from '../src/database-migration.ts';
import { writeMigrations } from './migrations-folder.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

const folder = writeMigrations(
  'CREATE TABLE things (name text CONSTRAINT things_name UNIQUE)',
  "INSERT INTO things VALUES ('first')",
);

async function query(url: string, text: string) {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await client.unsafe(text);
  } finally {
    await client.end();
  }
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
}

describe('migrations', () => {
  test('replicas that start at once all succeed, and each migration is applied once', async () => {
    const url = await freshDatabase();
    await Promise.all(Array.from({ length: 12 }, () => migrateDatabase(url, folder, 10_000)));
    expect(await query(url, 'SELECT name FROM things')).toEqual([{ name: 'first' }]);
    expect(await query(url, 'SELECT count(*)::int AS applied FROM drizzle.__drizzle_migrations')).toEqual([
      { applied: 2 },
    ]);
  });

  test('a database that is still starting is waited for', async () => {
    const url = await freshDatabase();
    let refused = 0;
    const forwarder = await startPostgresForwarder(url, () => {
      refused += 1;
      if (refused === 2) forwarder.switchOn();
    });
    forwarder.switchOff();
    await migrateDatabase(forwarder.url, folder, 10_000);
    expect(refused).toBe(2);
    expect(await query(url, 'SELECT name FROM things')).toHaveLength(1);
    await forwarder.close();
  });

  test('a database that stays away is given up after the timeout', async () => {
    const url = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
    const startedAt = performance.now();
    await expect(migrateDatabase(url, folder, 300)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const waitedMs = performance.now() - startedAt;
    expect(waitedMs).toBeGreaterThan(300);
    expect(waitedMs).toBeLessThan(5_000);
  });

  test('a migration that is wrong is told at once, and leaves nothing', async () => {
    const url = await freshDatabase();
    const wrong = writeMigrations('CREATE TABLE half (a int)', 'CREATE TABEL other (b int)');
    await expect(migrateDatabase(url, wrong, 600_000)).rejects.toThrow(/TABEL/);
    expect(await query(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    await migrateDatabase(url, folder, 0);
  });
});

describe('errors', () => {
  let database: ReturnType<typeof openDatabase>;
  beforeAll(async () => {
    const url = await freshDatabase();
    await migrateDatabase(url, folder, 10_000);
    database = openDatabase(url, 2);
  });
  afterAll(() => database.close());

  test('a violation is known by its constraint, and nothing was committed', async () => {
    const error = await failureOf(database.db.execute(sql`INSERT INTO things VALUES ('first')`));
    expect(violates(error, 'things_name')).toBe(true);
    expect(violates(error, 'things_other')).toBe(false);
    expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([false, false]);
  });

  test('where Postgres ended the connection, it may have committed, and the next query gets a new one', async () => {
    const error = await failureOf(database.db.execute(sql`SELECT pg_terminate_backend(pg_backend_pid())`));
    expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([true, true]);
    await database.check();
  });

  test('where a pooler says that the connection broke, it may have committed', () => {
    const { PostgresError } = postgres as unknown as { PostgresError: new (fields: object) => Error };
    expect(mayHaveCommitted(new PostgresError({ code: '08P01', message: 'server conn crashed' }))).toBe(true);
  });

  test('where the connection broke, it may have committed, and the next query gets a new one', async () => {
    const forwarder = await startPostgresForwarder(await freshDatabase());
    const cut = openDatabase(forwarder.url, 1);
    await cut.check();
    const pending = failureOf(cut.db.execute(sql`SELECT pg_sleep(60)`));
    forwarder.switchOff();
    const error = await pending;
    expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([true, true]);
    forwarder.switchOn();
    await cut.check();
    await cut.close();
    await forwarder.close();
  });

  test('where no connection was made, nothing was committed', async () => {
    const away = openDatabase(`postgres://postgres@127.0.0.1:${await freePort()}/postgres`, 1, { timeoutMs: 1_000 });
    const error = await failureOf(away.check());
    expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([false, true]);
    await away.close();
  });

  test('where the database is still starting, nothing was committed', async () => {
    const forwarder = await startPostgresForwarder(await freshDatabase());
    forwarder.switchOff();
    const starting = openDatabase(forwarder.url, 1, { timeoutMs: 1_000 });
    const error = await failureOf(starting.check());
    expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([false, true]);
    await starting.close();
    await forwarder.close();
  });

  test('what is no error of a database says nothing', () => {
    for (const error of [new Error('else'), undefined, null, 'text']) {
      expect([mayHaveCommitted(error), isUnavailable(error), violates(error, 'a')]).toEqual([true, false, false]);
    }
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { freePort } from 'stack/free-port';
import { freshDatabase } from 'stack/fresh-database';
import { migrateDatabase } from '../src/database-migration.ts';
import { writeMigrations } from './migrations-folder.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

const folder = writeMigrations('CREATE TABLE things (name text)');
let url: string;
let holder: Sql;
beforeEach(async () => {
  url = await freshDatabase();
  holder = postgres(url, { max: 1, connection: { application_name: 'a stuck migration' } });
});
afterEach(() => holder.end());

const locks = () => holder`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

test('a start that waits for the migration lock says who holds it, and gives up in time', async () => {
  await holder`SELECT pg_advisory_lock(hashtext('migrations'))`;
  const lines: string[] = [];
  const startedAt = performance.now();
  const migrating = migrateDatabase(url, folder, 700, { tell: (line) => lines.push(line) });
  await expect(migrating).rejects.toThrow(
    /^gave up after DATABASE_START_TIMEOUT_MS \(700 ms\) of waiting for the migration lock .* process \d+ of role postgres \(a stuck migration\) holds$/,
  );
  const waitedMs = performance.now() - startedAt;
  expect(waitedMs).toBeGreaterThan(600);
  expect(waitedMs).toBeLessThan(3_000);
  expect(lines).toEqual([expect.stringMatching(/^waiting for the migration lock .*a stuck migration\) holds$/)]);
});

test('a start goes on as soon as the migration lock is free, and leaves none behind', async () => {
  await holder`SELECT pg_advisory_lock(hashtext('migrations'))`;
  const migrating = migrateDatabase(url, folder, 10_000);
  await sleep(200);
  await holder`SELECT pg_advisory_unlock(hashtext('migrations'))`;
  await migrating;
  expect(await holder`SELECT * FROM things`).toEqual([]);
  expect(await locks()).toHaveLength(0);
});

test('a start whose network goes silent while it waits for the migration lock gives up, too', async () => {
  await holder`SELECT pg_advisory_lock(hashtext('migrations'))`;
  const forwarder = await startPostgresForwarder(url);
  const startedAt = performance.now();
  const migrating = migrateDatabase(forwarder.url, folder, 700, { tell: () => forwarder.holdAnswers('') });
  await expect(migrating).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  await forwarder.close();
});

test('a migration has time to wait for a table, whatever limits the role has', async () => {
  await migrateDatabase(url, folder, 10_000);
  const [row] = await holder`SELECT current_database() AS name, current_user AS role`;
  await holder.unsafe(`ALTER ROLE ${row?.['role']} IN DATABASE ${row?.['name']} SET lock_timeout = 100`);
  const next = writeMigrations('CREATE TABLE things (name text)', 'ALTER TABLE things ADD COLUMN more text');
  const lines: string[] = [];
  await holder
    .begin(async (transaction) => {
      await transaction`SELECT * FROM things`;
      const migrating = migrateDatabase(url, next, 10_000, { tell: (line) => lines.push(line) });
      void migrating.catch(() => {});
      await sleep(600);
      return { migrating };
    })
    .then(({ migrating }) => migrating);
  expect(lines).toEqual([]);
  expect(await holder`SELECT more FROM things`).toEqual([]);
});

test('a migration that waits for a table steps back, says what it waits for, and gives up in time', async () => {
  await migrateDatabase(url, folder, 10_000);
  const next = writeMigrations('CREATE TABLE things (name text)', 'ALTER TABLE things ADD COLUMN more text');
  const lines: string[] = [];
  const reader = postgres(url, { max: 1 });
  const outcome = await holder.begin(async (transaction) => {
    await transaction`SELECT * FROM things`;
    const migrating = migrateDatabase(url, next, 1_000, { tell: (line) => lines.push(line) }).catch((error) => error);
    const error = await migrating;
    // Nobody waits behind it any more.
    expect(await reader`SELECT * FROM things`).toEqual([]);
    return { error };
  });
  expect(outcome.error.message).toMatch(/^gave up after DATABASE_START_TIMEOUT_MS \(1000 ms\) of waiting for a table/);
  await reader.end();
});

test('a start that waits for its database says so once', async () => {
  const lines: string[] = [];
  const away = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
  await expect(migrateDatabase(away, folder, 700, { tell: (line) => lines.push(line) })).rejects.toThrow();
  expect(lines).toEqual([expect.stringMatching(/^waiting for the database: .*ECONNREFUSED/)]);
});

test('a start with a database that does not exist does not wait for it', async () => {
  const startedAt = performance.now();
  await expect(migrateDatabase(`${url}_not`, folder, 20_000)).rejects.toMatchObject({ code: '3D000' });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

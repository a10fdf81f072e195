import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { freePort } from 'stack/free-port';
import { freshDatabase } from 'stack/fresh-database';
import { migrateDatabase } from '../src/database-migration.ts';
import { writeMigrations } from './migrations-folder.ts';

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

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import { type OpenDatabase, openDatabase } from '../src/database.ts';
import { isUnavailable, mayHaveCommitted } from '../src/database-errors.ts';
import { type PostgresForwarder, startPostgresForwarder } from './postgres-forwarder.ts';

const timeoutMs = 600;
const sessionOf = (database: OpenDatabase) => async () => {
  const [row] = await database.db.execute<{ pid: number; ssl: boolean }>(
    sql`SELECT pid, ssl FROM pg_stat_ssl, pg_sleep(0.1) WHERE pid = pg_backend_pid()`,
  );
  return row;
};
const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error) => error);

describe.each([
  ['plain', ''],
  ['TLS', '?sslmode=require'],
])('a connection that is %s', (transport, query) => {
  let forwarder: PostgresForwarder;
  let database: OpenDatabase;
  beforeEach(async () => {
    forwarder = await startPostgresForwarder((await freshDatabase()) + query);
    database = openDatabase(forwarder.url, 1, { timeoutMs });
    await database.db.execute(sql`CREATE TABLE notes (id int)`);
  });
  afterEach(async () => {
    await database.close();
    await forwarder.close();
  });

  test('is what it is said to be', async () => {
    expect((await sessionOf(database)())?.ssl).toBe(transport === 'TLS');
  });

  test('that answers is kept, idle and in use, for longer than any statement may take', async () => {
    const read = sessionOf(database);
    const before = await read();
    await sleep(timeoutMs * 2);
    for (let turn = 0; turn < 12; turn += 1) expect(await read()).toEqual(before);
  });

  test('that goes silent is cut in time: what was asked may have been done, and the next gets another', async () => {
    forwarder.holdAnswers('');
    const startedAt = performance.now();
    const silent = failureOf(database.db.execute(sql`INSERT INTO notes VALUES (1)`));
    // There is one connection, so that this one waits for it.
    const waiting = failureOf(database.db.execute(sql`INSERT INTO notes VALUES (2)`));
    const errors = await Promise.all([silent, waiting]);
    expect(performance.now() - startedAt).toBeLessThan(2 * timeoutMs);
    expect(errors.map(isUnavailable)).toEqual([true, true]);
    expect(errors.map(mayHaveCommitted)).toEqual([true, false]);
    forwarder.letThrough();
    expect(await database.db.execute(sql`SELECT id FROM notes`)).toEqual([{ id: 1 }]);
  });

  test.each([
    ['its end', () => forwarder.endAll()],
    ['a reset', () => forwarder.resetAll()],
  ])('that is lost to %s, idle or in use, is replaced, and ends no process', async (_what, lose) => {
    const inUse = failureOf(database.db.execute(sql`SELECT pg_sleep(60)`));
    await sleep(50);
    lose();
    expect(isUnavailable(await inUse)).toBe(true);
    await database.check();
    lose();
    await waitUntil('the next statement is answered', async () => {
      return (await failureOf(database.db.execute(sql`SELECT 1`))) === undefined;
    });
  });
});

test('rows of an answer that broke off do not come before those of the next', async () => {
  const database = openDatabase(await freshDatabase(), 1);
  const ids = () => database.db.execute(sql`SELECT id FROM generate_series(1, 3) AS id`);
  expect(await ids()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  await expect(database.db.execute(sql`SELECT 1 / (5 - id) FROM generate_series(1, 9) AS id`)).rejects.toThrow();
  const [first] = await ids();
  expect(first).toEqual({ id: 1 });
  expect(await ids()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  await database.close();
});

test('rows of an answer that was cut off by the end of its connection do not come before those of the next', async () => {
  const forwarder = await startPostgresForwarder(await freshDatabase());
  const database = openDatabase(forwarder.url, 1);
  await database.db.execute(
    sql`CREATE TABLE notes AS SELECT id, repeat('x', 200) AS text FROM generate_series(1, 999) AS id`,
  );
  forwarder.cutAfter('xxx');
  const error = await failureOf(database.db.execute(sql`SELECT id, text FROM notes ORDER BY id`));
  expect(isUnavailable(error)).toBe(true);
  const rows = await database.db.execute(sql`SELECT id FROM notes WHERE id = 7`);
  expect(rows).toEqual([{ id: 7 }]);
  await database.close();
  await forwarder.close();
});

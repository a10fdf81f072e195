import { sql } from 'drizzle-orm';
import { integer, pgTable, timestamp } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { type OpenDatabase, openDatabase } from '../src/database.ts';
import { isUnavailable, mayHaveCommitted } from '../src/database-errors.ts';
import { readRow } from '../src/statement.ts';
import { batchedItems, createStatementBatch } from '../src/statement-batch.ts';
import { connectAll } from './lock-waits.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

const notes = pgTable('notes', {
  noteId: integer('note_id').primaryKey(),
  madeAt: timestamp('made_at', { withTimezone: true }).notNull().defaultNow(),
});

let url: string;
let database: OpenDatabase;

beforeEach(async () => {
  url = await freshDatabase();
  database = openDatabase(url, 4);
  await database.db.execute(
    sql`CREATE TABLE notes (note_id int PRIMARY KEY CHECK (note_id > 0), made_at timestamptz NOT NULL DEFAULT now())`,
  );
});

afterEach(() => database.close());

/** Inserts notes, and returns those that were not there. */
function createInsertion({ db }: OpenDatabase) {
  return createStatementBatch<{ id: number }, { note_id: number; xmin: string }>(db, {
    statement: sql`
      INSERT INTO ${notes} (note_id) SELECT id FROM json_to_recordset(${batchedItems}) AS item (id int)
      ON CONFLICT DO NOTHING RETURNING note_id, made_at, xmin::text`,
    itemKey: ({ id }) => String(id),
    rowKey: ({ note_id }) => String(note_id),
  });
}

const readIds = async () => (await database.db.select().from(notes).orderBy(notes.noteId)).map(({ noteId }) => noteId);

test('many items are one commit, and each is answered with its row', async () => {
  const insert = createInsertion(database);
  const rows = await Promise.all([3, 1, 2].map((id) => insert({ id })));
  expect(rows.map((row) => row?.note_id)).toEqual([3, 1, 2]);
  expect(new Set(rows.map((row) => row?.xmin)).size).toBe(1);
});

test('an item without a row is answered with none', async () => {
  const insert = createInsertion(database);
  await insert({ id: 1 });
  const rows = await Promise.all([1, 2].map((id) => insert({ id })));
  expect(rows.map((row) => row?.note_id)).toEqual([undefined, 2]);
});

test('a row that Postgres refuses fails alone', async () => {
  const insert = createInsertion(database);
  const results = await Promise.allSettled([1, 2, -3, 4].map((id) => insert({ id })));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await readIds()).toEqual([1, 2, 4]);
});

test('a row that stays locked fails alone after a while, and the others of its batch before it are through', async () => {
  const insert = createInsertion(database);
  await connectAll(database.db, 4);
  const other = postgres(url, { max: 1 });
  const ids = Array.from({ length: 12 }, (_, index) => index + 1);
  const settled: number[] = [];
  const rolledBack = new Error('rolled back');
  const locking = other.begin(async (transaction) => {
    await transaction`INSERT INTO notes VALUES (2)`;
    const inserted = ids.map((id) => insert({ id }).finally(() => settled.push(id)));
    const results = await Promise.allSettled(inserted);
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(failed.map(isUnavailable)).toEqual([true]);
    throw rolledBack;
  });
  await expect(locking).rejects.toBe(rolledBack);
  await other.end();
  expect(settled.at(-1)).toBe(2);
  expect(await readIds()).toEqual(ids.filter((id) => id !== 2));
});

test('a batch without an answer fails after a while, and may have been done', async () => {
  const forwarder = await startPostgresForwarder(url);
  const silent = openDatabase(forwarder.url, 1, { timeoutMs: 300 });
  const insert = createInsertion(silent);
  await insert({ id: 1 });
  forwarder.holdAnswers('');
  const error = await insert({ id: 2 }).catch((reason) => reason);
  expect([mayHaveCommitted(error), isUnavailable(error)]).toEqual([true, true]);
  expect(await readIds()).toEqual([1, 2]);
  forwarder.switchOff();
  await silent.close();
  await forwarder.close();
});

test('a batch whose connection breaks fails as a whole, and is not run again', async () => {
  const forwarder = await startPostgresForwarder(url);
  const broken = openDatabase(forwarder.url, 1);
  const insert = createInsertion(broken);
  await insert({ id: 1 });
  forwarder.holdAnswers('');
  const results = Promise.allSettled([2, 3].map((id) => insert({ id })));
  while ((await readIds()).length < 3) await new Promise(setImmediate);
  forwarder.switchOff();
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await readIds()).toEqual([1, 2, 3]);
  await broken.close();
  await forwarder.close();
});

test('a row reads as Drizzle reads it', async () => {
  const row = await createInsertion(database)({ id: 1 });
  const [read] = await database.db.select().from(notes);
  expect(readRow(notes, { ...row })).toEqual(read);
});

import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { openDatabase } from '../src/database.ts';
import { withDatabaseBudget } from '../src/database-budget.ts';
import { isUnavailable, mayHaveCommitted } from '../src/database-errors.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (mayHaveCommitted(error) ? 'may have been done' : 'not done'),
  );

test('under more load than there are connections, what is not done in time is not sent, and no connection is lost', async () => {
  const url = await freshDatabase();
  const owner = postgres(url, { max: 1 });
  await owner`CREATE TABLE notes (id serial, backend int DEFAULT pg_backend_pid())`;
  const database = openDatabase(url, 2, { timeoutMs: 1_000 });
  const outcomes: string[] = [];
  const endsAt = performance.now() + 4_000;
  async function keepWriting() {
    while (performance.now() < endsAt) {
      outcomes.push(await outcomeOf(database.db.execute(sql`INSERT INTO notes SELECT FROM pg_sleep(0.3)`)));
    }
  }
  await Promise.all(Array.from({ length: 12 }, keepWriting));
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  expect(count('may have been done')).toBe(0);
  expect(count('not done')).toBeGreaterThan(0);
  const [written] = await owner`SELECT count(*)::int AS rows, count(DISTINCT backend)::int AS backends FROM notes`;
  expect(written).toEqual({ rows: count('done'), backends: 2 });
  // Two connections do 6.7 a second.
  expect(count('done')).toBeGreaterThan(15);
  await Promise.all([database.close(), owner.end()]);
});

test('of several connections that are asked for at once, one that is refused fails nobody', async () => {
  const owner = postgres(await freshDatabase(), { max: 1, onnotice: () => {} });
  const role = `few_${process.pid}_${Date.now()}`;
  await owner.unsafe(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 4`);
  const url = (await freshDatabase()).replace('postgres@', `${role}@`);
  const database = openDatabase(url, 10);
  const work = Array.from({ length: 10 }, () => outcomeOf(database.db.execute(sql`SELECT pg_sleep(0.02)`)));
  expect(await Promise.all(work)).toEqual(Array(10).fill('done'));
  await Promise.all([database.close(), owner.end()]);
});

test('the statements of one request have one time together; those that go on by themselves have their own', async () => {
  const forwarder = await startPostgresForwarder(await freshDatabase());
  const timeoutMs = 1_000;
  const database = openDatabase(forwarder.url, 4, { timeoutMs });
  const sleepFor = (seconds: number) => database.db.execute(sql`SELECT pg_sleep(${seconds})`);
  await withDatabaseBudget(timeoutMs, async () => {
    // At the same time they are spent once.
    await Promise.all([sleepFor(0.2), sleepFor(0.2), sleepFor(0.2)]);
    await sleepFor(0.01);
    const startedAt = performance.now();
    forwarder.holdAnswers('');
    expect(isUnavailable(await sleepFor(0).catch((error) => error))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(timeoutMs - 200);
  });
  await database.close();
  await forwarder.close();
});

test('what nobody can read of an answer over TLS is unavailable, and may have been done', async () => {
  const forwarder = await startPostgresForwarder(`${await freshDatabase()}?sslmode=require`);
  const database = openDatabase(forwarder.url, 1);
  await database.check();
  forwarder.garble();
  const error = await database.db.execute(sql`SELECT 1`).catch((reason) => reason);
  expect([isUnavailable(error), mayHaveCommitted(error)]).toEqual([true, true]);
  await database.check();
  await database.close();
  await forwarder.close();
});

test('what goes on in the background waits for the next attempt to connect, and a request is told at once', async () => {
  const forwarder = await startPostgresForwarder(await freshDatabase());
  const database = openDatabase(forwarder.url, 2, { timeoutMs: 1_000 });
  const ask = () => outcomeOf(database.db.execute(sql`SELECT 1`));
  forwarder.switchOff();
  expect(await withDatabaseBudget(1_000, ask)).toBe('not done');
  const waiting = ask();
  await new Promise((resolve) => setTimeout(resolve, 300));
  forwarder.switchOn();
  expect(await waiting).toBe('done');
  await database.close();
  await forwarder.close();
});

test('an answer that is there when this process comes to itself again is read', async () => {
  const database = openDatabase(await freshDatabase(), 1, { timeoutMs: 400 });
  await database.check();
  const answer = outcomeOf(database.db.execute(sql`SELECT pg_sleep(0.05)`));
  // Once it is sent.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise<void>((resolve) =>
    setImmediate(() => {
      for (const until = performance.now() + 600; performance.now() < until; );
      resolve();
    }),
  );
  expect(await answer).toBe('done');
  await database.close();
});

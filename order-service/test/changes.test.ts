import postgres, { type Sql } from 'postgres';
import type { Service } from 'service-kit/service-program';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import supertest from 'supertest';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { placeOrder, readChanged, waitForEnds } from './change-followers.ts';
import { readChanges } from './change-reader.ts';
import { startOrderReplica } from './order-replicas.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

// Two processes' worth of order-service on one database.
let system: OrderSystem;
let databaseUrl: string;
let sql: Sql;
let here: Service;
let there: Service;
beforeAll(async () => {
  system = await startOrderSystem();
  databaseUrl = await freshDatabase();
  here = await startOrderReplica(system, databaseUrl);
  there = await startOrderReplica(system, databaseUrl);
  sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
});
afterAll(async () => {
  await Promise.all([here.close(), there.close(), sql.end()]);
  await system.close();
});

async function openReader(service: Service, lastEventId?: string) {
  const reader = await readChanges(service.url, lastEventId);
  const [first] = await reader.waitFor(1);
  return { reader, since: Date.parse(first?.since ?? '') };
}

test('a stream says at once since when, and how it is to be read', async () => {
  const before = Date.now();
  const { reader, since } = await openReader(here);
  expect(reader).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' } });
  expect(reader.text()).toMatch(/^retry: 1000\n\nevent: changed\nid: (\S+)\ndata: {"since":"\1"}\n\n$/);
  // By the database's clock, carried on by this process: it may be behind by what an answer takes.
  expect(since).toBeGreaterThan(before - 1_000);
  expect(since).toBeLessThanOrEqual(Date.now());
  reader.close();
});

test.each([
  ['the process that drives the saga', () => here],
  ['another process', () => there],
])('a reader hears of what %s does, within a second', async (_name, driver) => {
  const { reader } = await openReader(here);
  const { sagaId } = await placeOrder(driver());
  const endedAtMs = performance.now();
  const [end] = await sql`SELECT max(at) AS at FROM saga_events WHERE saga_id = ${sagaId}`;
  const isOfTheEnd = ({ since }: { since: string }, index: number) => index > 0 && Date.parse(since) <= end?.['at'];
  const last = await waitUntil('the end is told of', async () => {
    const told = reader.told();
    return told.findLast(isOfTheEnd) && told.at(-1);
  });
  expect(last.heardAtMs - endedAtMs).toBeLessThan(1_000);
  await waitForEnds(reader, here, [(await placeOrder(driver())).id]);
  reader.close();
});

test('of many sagas a process tells at most ten times a second, and leaves none out', async () => {
  const { reader } = await openReader(there);
  const placed: string[] = [];
  const startedAtMs = performance.now();
  while (placed.length < 60) {
    placed.push(...(await Promise.all(Array.from({ length: 20 }, () => placeOrder(here)))).map(({ id }) => id));
  }
  await waitForEnds(reader, there, placed);
  const [, ...told] = reader.told();
  const seconds = ((told.at(-1)?.heardAtMs ?? 0) - startedAtMs) / 1_000;
  // The first may come late, and the last in time.
  expect(told.length).toBeLessThanOrEqual(10 * seconds + 2);
  expect(told.length).toBeGreaterThan(3 * seconds);
  reader.close();
});

test('what is committed late is told with the time that it bears', async () => {
  await sql`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(1); RETURN NEW; END'`;
  await sql`CREATE TRIGGER dawdle BEFORE INSERT ON saga_events FOR EACH ROW
    WHEN (NEW.type = 'ended' AND pg_try_advisory_lock(1)) EXECUTE FUNCTION dawdle()`;
  const { reader } = await openReader(there);
  const slow = placeOrder(here);
  await waitUntil('the end is on its way', async () => {
    const [row] = await sql`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    return row;
  });
  // Begun later, committed before.
  const { id, sagaId } = await placeOrder(there);
  expect((await sql`SELECT FROM sagas WHERE id = ${sagaId} AND status = 'COMPLETED'`).length).toBe(1);
  await waitForEnds(reader, there, [id]);
  const toldBefore = reader.told().length;
  const late = await slow;
  const [end] = await sql`SELECT at FROM saga_events WHERE saga_id = ${late.sagaId} AND type = 'ended'`;
  await waitForEnds(reader, there, [late.id], toldBefore);
  expect(reader.told().at(-1)?.since).toBe(end?.['at'].toISOString());
  await sql`DROP FUNCTION dawdle CASCADE`;
  reader.close();
});

test('a reader that comes back is told of what it missed, with a margin for what was late', async () => {
  const { reader, since } = await openReader(here);
  reader.close();
  const { id } = await placeOrder(there);
  const again = await openReader(there, new Date(since).toISOString());
  expect(again.since).toBe(since - 15_000);
  expect((await readChanged(here, new Date(again.since).toISOString())).map((order) => order.id)).toContain(id);
  again.reader.close();
});

test.each(['yesterday', '2026-13-01T00:00:00.000Z', '0'])('Last-Event-ID %s is nobody', async (lastEventId) => {
  const { reader, since } = await openReader(here, lastEventId);
  expect(Math.abs(since - Date.now())).toBeLessThan(1_000);
  reader.close();
});

test('whoever notifies something else does no harm', async () => {
  const { reader } = await openReader(here);
  await sql`SELECT pg_notify('saga_changes', 'nothing of a time')`;
  const { id } = await placeOrder(there);
  await waitForEnds(reader, here, [id]);
  reader.close();
});

test('HEAD is answered without a stream', async () => {
  const { headers } = await supertest(here.url).head('/changes').expect(200);
  expect(headers['content-type']).toBe('text/event-stream');
});

test('beyond its readers a process refuses with a 503, until one leaves', async () => {
  const narrow = await startOrderReplica(system, databaseUrl, { MAX_CHANGE_READERS: '2' });
  const [first, second] = [await readChanges(narrow.url), await readChanges(narrow.url)];
  const refused = await supertest(narrow.url).get('/changes');
  expectProblem(refused, 503, 'too-many-readers');
  expect(refused.headers['retry-after']).toBe('1');
  first.close();
  await waitUntil('there is room', async () => {
    const reader = await readChanges(narrow.url);
    reader.close();
    return reader.status === 200;
  });
  second.close();
  await narrow.close();
});

test('a stop ends every stream and does not wait for its readers', async () => {
  const stopping = await startOrderReplica(system, databaseUrl);
  const readers = await Promise.all(Array.from({ length: 5 }, () => readChanges(stopping.url)));
  const startedAtMs = performance.now();
  await stopping.close();
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  await Promise.all(readers.map(({ ended }) => ended));
});

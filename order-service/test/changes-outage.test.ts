import postgres, { type Sql } from 'postgres';
import type { Service } from 'service-kit/service-program';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { placeOrder, waitForEnds } from './change-followers.ts';
import { readChanges } from './change-reader.ts';
import { startOrderReplica } from './order-replicas.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

// One process that can lose its database, and another that goes on.
let system: OrderSystem;
let toDatabase: PostgresForwarder;
let sql: Sql;
let here: Service;
let there: Service;
beforeAll(async () => {
  system = await startOrderSystem();
  const databaseUrl = await freshDatabase();
  toDatabase = await startPostgresForwarder(databaseUrl);
  // What is caught up with at every beat would hide what is not heard.
  const env = { CHANGE_BEAT_INTERVAL_MS: '600000' };
  here = await startOrderReplica(system, toDatabase.url, env);
  there = await startOrderReplica(system, databaseUrl);
  sql = postgres(databaseUrl, { max: 1 });
  await waitUntil('both listen', async () => (await listeners()).length === 2);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close(), sql.end()]);
  await toDatabase.close();
  await system.close();
});

const listeners = () => sql`SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND query ILIKE 'listen%'`;
const tellers = () => sql`SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND query ILIKE 'select pg_notify%'`;
const terminate = (pids: { pid?: number }[]) =>
  Promise.all(pids.map(({ pid = 0 }) => sql`SELECT pg_terminate_backend(${pid})`));

test('a process whose connection the database ends listens again', async () => {
  const reader = await readChanges(here.url);
  await reader.waitFor(1);
  await terminate(await listeners());
  await waitForEnds(reader, there, [(await placeOrder(there)).id]);
  await waitUntil('both listen', async () => (await listeners()).length === 2);
  await waitForEnds(reader, there, [(await placeOrder(there)).id], reader.told().length);
  reader.close();
});

test('what could not be told is told later', async () => {
  const reader = await readChanges(here.url);
  await reader.waitFor(1);
  await placeOrder(there);
  const pids = await tellers();
  expect(pids).not.toHaveLength(0);
  await terminate(pids);
  await waitForEnds(reader, there, [(await placeOrder(there)).id]);
  reader.close();
});

test('what was told while a process did not listen its readers hear as soon as it listens again', async () => {
  const reader = await readChanges(here.url);
  await reader.waitFor(1);
  toDatabase.switchOff();
  await placeOrder(there);
  const toldBefore = reader.told().length;
  const ids: string[] = [];
  for (const until = performance.now() + 1_000; performance.now() < until; ) ids.push((await placeOrder(there)).id);
  expect(reader.told()).toHaveLength(toldBefore);
  toDatabase.switchOn();
  await waitForEnds(reader, there, ids);
  await waitForEnds(reader, there, [(await placeOrder(here)).id], reader.told().length);
  reader.close();
});

import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { isUnavailable, mayHaveCommitted, steadyConnection } from '../src/database.ts';
import { endSilence } from '../src/database-socket.ts';
import { type PostgresForwarder, startPostgresForwarder } from './postgres-forwarder.ts';

const silenceMs = 500;
let forwarder: PostgresForwarder;
let client: Sql;
beforeEach(async () => {
  forwarder = await startPostgresForwarder(await freshDatabase());
  client = postgres(forwarder.url, { ...steadyConnection, max: 1, ...{ socket: endSilence(silenceMs) } });
});
afterEach(async () => {
  await client.end({ timeout: 1 });
  await forwarder.close();
});

test('what gets no answer fails after a while, may have been done, and its connection is replaced', async () => {
  await client`CREATE TABLE notes (id int)`;
  forwarder.holdAnswers('');
  const silent = client`INSERT INTO notes VALUES (1)`.catch((error) => error);
  // More is sent on the same connection meanwhile.
  const later = sleep(silenceMs / 2).then(() => client`SELECT 1`.catch((error) => error));
  for (const error of await Promise.all([silent, later])) {
    expect([isUnavailable(error), mayHaveCommitted(error)]).toEqual([true, true]);
  }
  forwarder.letThrough();
  expect(await client`SELECT id FROM notes`).toEqual([{ id: 1 }]);
});

test('a connection that has nothing to answer is kept', async () => {
  const pid = async () => (await client`SELECT pg_backend_pid() AS pid`)[0]?.['pid'];
  const before = await pid();
  await sleep(silenceMs * 3);
  expect(await pid()).toBe(before);
});

test('a connection that answers is kept, however long all its answers take', async () => {
  const pid = async () => (await client`SELECT pg_backend_pid() AS pid, pg_sleep(0.2)`)[0]?.['pid'];
  const pids = await Promise.all(Array.from({ length: 8 }, pid));
  expect(new Set(pids).size).toBe(1);
});

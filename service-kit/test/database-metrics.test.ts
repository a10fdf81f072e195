import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { freshDatabase } from 'stack/fresh-database';
import { openDatabase } from '../src/database.ts';
import { measureStatements } from '../src/database-metrics.ts';
import { parseExposition } from './exposition.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

/** A pool, and what its metrics say. */
function openMeasured(url: string, connections: number) {
  const registry = new Registry();
  const database = openDatabase(url, connections, { watch: measureStatements(registry, connections) });
  const read = async () => {
    const { sum } = parseExposition(await registry.metrics());
    const [flying, answered] = [sum('database_statements_in_flight'), sum('database_statement_duration_seconds_count')];
    return { flying, answered, limit: sum('database_connections_limit') };
  };
  return { ...database, read };
}

test('statements under way are counted, also those that wait for a connection, and all once answered', async () => {
  const { db, read, close } = openMeasured(await freshDatabase(), 2);
  const running = Promise.all(Array.from({ length: 5 }, () => db.execute(sql`SELECT pg_sleep(0.1)`)));
  while ((await read()).flying !== 5) await new Promise(setImmediate);
  await running;
  expect(await read()).toEqual({ flying: 0, answered: 5, limit: 2 });
  await close();
});

test('a statement that fails, or whose connection breaks, is under way no more', async () => {
  const forwarder = await startPostgresForwarder(await freshDatabase());
  const { db, read, close } = openMeasured(forwarder.url, 1);
  await expect(db.execute(sql`SELECT 1 / 0`)).rejects.toThrow();
  forwarder.holdAnswers('');
  const lost = db.execute(sql`SELECT 1`).catch((error) => error);
  while ((await read()).flying !== 1) await new Promise(setImmediate);
  forwarder.switchOff();
  expect(await lost).toBeInstanceOf(Error);
  expect(await read()).toMatchObject({ flying: 0, answered: 2 });
  await close();
  await forwarder.close();
});

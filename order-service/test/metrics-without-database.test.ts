import { readConfig } from 'service-kit/config';
import type { Service } from 'service-kit/service-program';
import { freshDatabase } from 'stack/fresh-database';
import { readMetrics } from '../../service-kit/test/exposition.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { orderConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';

let database: PostgresForwarder;
let order: Service;
beforeEach(async () => {
  database = await startPostgresForwarder(await freshDatabase());
  const env = { PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'error', LOG_FORMAT: 'json' };
  const nobody = 'http://127.0.0.1:1';
  const knobs = { PAYMENT_SERVICE_URL: nobody, INVENTORY_SERVICE_URL: nobody, DRAIN_TIMEOUT_MS: '500' };
  order = await createService(readConfig(orderConfig, { ...env, ...knobs }));
});
afterEach(async () => {
  await order.close();
  await database.close();
});

const knowsSagas = async () => {
  const { sum } = await readMetrics(order.url);
  return [sum('sagas'), sum('saga_oldest_unfinished_age_seconds')];
};
/** Scrapes until the gauges are there, or are not there. */
async function scrapeUntil(known: boolean): Promise<void> {
  const wanted = known ? [0, 0] : [undefined, undefined];
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt; ) {
    if (JSON.stringify(await knowsSagas()) === JSON.stringify(wanted)) return;
  }
  expect(await knowsSagas()).toEqual(wanted);
}

test.each(['refuses', 'does not answer'])(
  'while the database %s, a scrape tells all but what is in it',
  async (how) => {
    await scrapeUntil(true);
    if (how === 'refuses') database.switchOff();
    else database.holdAnswers('');
    await scrapeUntil(false);

    const startedAt = performance.now();
    const { sum } = await readMetrics(order.url);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(sum('sagas_begun_total')).toBe(0);
    expect(sum('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(sum('database_connections_limit')).toBe(10);

    database.switchOn();
    database.letThrough();
    await scrapeUntil(true);
  },
);

test('ten scrapes at once of a database that does not answer make no more than one reading of each kind', async () => {
  await scrapeUntil(true);
  database.holdAnswers('');
  const underWay = async () => (await readMetrics(order.url)).sum('database_statements_in_flight') ?? 0;
  await scrapeUntil(false);
  const few = await underWay();
  await Promise.all(Array.from({ length: 10 }, () => readMetrics(order.url)));
  // Recovery looks for sagas once a second, and its one look hangs too.
  expect(await underWay()).toBeLessThanOrEqual(few + 1);
  expect(few).toBeLessThanOrEqual(4);
  database.letThrough();
});

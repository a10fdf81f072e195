import { sql } from 'drizzle-orm';
import { createSagaCensus } from '../../src/saga/saga-census.ts';
import { openEngines } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const insert = (status: string, count: number, ageS: number) =>
  engines.database.db.execute(sql`
    INSERT INTO sagas (id, status, input, failure, lease_until, created_at)
    SELECT gen_random_uuid(), ${status}::saga_status, '{}',
      CASE WHEN ${status} IN ('STARTED', 'COMPLETED') THEN NULL ELSE '{}'::jsonb END,
      now(), now() - ${ageS} * interval '1 second'
    FROM generate_series(1, ${count})`);

test('without sagas all counts are 0, and so is the age', async () => {
  const census = createSagaCensus(engines.database.db);
  expect(await census.countOpen()).toEqual({
    counts: { STARTED: 0, COMPENSATING: 0, COMPENSATION_STUCK: 0 },
    oldestUnfinishedAgeS: 0,
  });
  expect(await census.countClosed()).toEqual({ COMPLETED: 0, COMPENSATED: 0, RESOLVED: 0 });
});

test('sagas are counted by status; the oldest that is not over tells the age, a stuck one does not', async () => {
  const census = createSagaCensus(engines.database.db);
  await insert('COMPENSATION_STUCK', 2, 9000);
  expect((await census.countOpen()).oldestUnfinishedAgeS).toBe(0);
  await insert('STARTED', 3, 5);
  await insert('COMPENSATING', 1, 100);
  await insert('COMPLETED', 4, 10_000);
  await insert('RESOLVED', 1, 10_000);
  const { counts, oldestUnfinishedAgeS } = await census.countOpen();
  expect(counts).toEqual({ STARTED: 3, COMPENSATING: 1, COMPENSATION_STUCK: 2 });
  expect(oldestUnfinishedAgeS).toBeGreaterThanOrEqual(100);
  expect(oldestUnfinishedAgeS).toBeLessThan(110);
  expect(await census.countClosed()).toEqual({ COMPLETED: 4, COMPENSATED: 0, RESOLVED: 1 });
});

test('the open sagas are counted by an index among 100,000 closed ones', async () => {
  await insert('COMPLETED', 100_000, 10_000);
  await engines.database.db.execute(sql`ANALYZE sagas`);
  const plan = await engines.database.db.execute<{ 'QUERY PLAN': string }>(sql`
    EXPLAIN SELECT status, count(*), min(created_at) FROM sagas
    WHERE status IN ('STARTED', 'COMPENSATING', 'COMPENSATION_STUCK') GROUP BY status`);
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('sagas_by_status');
});

import postgres, { type Sql } from 'postgres';
import { waitUntil } from 'stack/wait-until';
import { insertFinishedSagas } from './finished-sagas.ts';
import { makePacedSagas } from './paced-orders.ts';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

const existing = 10_000;
/** A tenth faster than is asked for, because the last orders come as late as they wait for an answer. */
const pace = { perSecond: 110, seconds: 5 };
const leastPerSecond = 100;
/** Measured 63 to 138 ms, and 178 ms with six times the work that two cores can do at once: the rest is margin. */
const longestTaskMs = 300;
const mostRows = 60;
const newestWithinMs = 2_000;

export function showManySagas(system: BrowserSystem): void {
  test('with 10,000 sagas and 100 new ones a second the page shows a bounded number of rows, at once', async () => {
    const sql = postgres(system.databases.order.url('order'), { max: 2 });
    try {
      await insertFinishedSagas(sql, 'seeded', existing, 1);
      await inWindow(system, async ({ page, part, readLongestTaskMs }) => {
        const rows = part(/^Sagas/).getByRole('row');
        await sees(rows.filter({ hasText: 'seeded' }));
        const completedBefore = await countCompleted(sql);
        const { placed, inserted } = await makePacedSagas(system.doors.order.url, sql, pace);
        const endedAt = performance.now();
        const newest = await findNewest(sql);
        await rows.nth(1).locator(`a[href="#saga=${newest}"]`).waitFor({ timeout: newestWithinMs });
        const newestMs = Math.round(performance.now() - endedAt);
        const perSecond = await readPace(sql);
        const longestMs = await readLongestTaskMs();
        process.stderr.write(
          `${perSecond.toFixed(1)} new sagas a second: ${placed} placed, ${inserted} inserted; ` +
            `the newest was shown ${newestMs} ms after the last, the longest task took ${longestMs} ms\n`,
        );
        expect(placed + inserted).toBe(pace.perSecond * pace.seconds);
        expect(perSecond).toBeGreaterThanOrEqual(leastPerSecond);
        expect(await rows.count()).toBeLessThan(mostRows);
        expect(await page.locator('*').count()).toBeLessThan(3_000);
        expect(longestMs).toBeLessThan(longestTaskMs);
        await waitUntil('all sagas are over', () => areAllOver(sql));
        expect(await countCompleted(sql)).toBe(completedBefore + Math.ceil(placed / 2));
      });
    } finally {
      await sql.end();
    }
  }, 120_000);
}

async function findNewest(sql: Sql): Promise<string> {
  const [newest] = await sql<{ sagaId: string }[]>`SELECT saga_id AS "sagaId" FROM orders ORDER BY id DESC LIMIT 1`;
  return newest?.sagaId ?? '';
}

/** How many of the newest orders came a second. */
async function readPace(sql: Sql): Promise<number> {
  const [read] = await sql<{ pace: number }[]>`
    SELECT (count(*) - 1) / extract(epoch FROM max(created_at) - min(created_at))::float8 AS pace
    FROM (SELECT created_at FROM orders ORDER BY id DESC LIMIT ${pace.perSecond * pace.seconds}) AS newest`;
  return read?.pace ?? 0;
}

async function countCompleted(sql: Sql): Promise<number> {
  return (await sql`SELECT 1 FROM sagas WHERE status = 'COMPLETED'`).length;
}

async function areAllOver(sql: Sql): Promise<boolean> {
  return (await sql`SELECT 1 FROM sagas WHERE status IN ('STARTED', 'COMPENSATING') LIMIT 1`).length === 0;
}

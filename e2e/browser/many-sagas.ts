import postgres from 'postgres';
import type { PostgresServer } from 'stack/postgres-server';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

const existing = 10_000;
const burst = 300;
/** Measured 108 and 178 ms on two cores that had six times the work that they can do at once; the rest is margin. */
const longestTaskMs = 500;
const mostRows = 60;

export function showManySagas(system: BrowserSystem): void {
  test('with 10,000 sagas and a burst of orders the page shows a bounded number of rows and answers at once', async () => {
    await insertSagas(system.databases.order);
    await inWindow(system, async ({ page, part, readLongestTaskMs }) => {
      const rows = part(/^Sagas/).getByRole('row');
      await sees(rows.filter({ hasText: 'seeded' }));
      const names = Array.from({ length: burst }, (_, index) => `burst ${index}`);
      while (names.length > 0) {
        const batch = names.splice(0, 10);
        await Promise.all(batch.map((itemName) => system.client.placeOrderAsync({ itemName, quantity: 1, price: 1 })));
      }
      await sees(
        part(/^Sagas/)
          .getByRole('row', { name: `1 × burst ${burst - 1}` })
          .getByText('COMPENSATED'),
      );
      expect(await rows.count()).toBeLessThan(mostRows);
      expect(await page.locator('*').count()).toBeLessThan(3_000);
      expect(await readLongestTaskMs()).toBeLessThan(longestTaskMs);
    });
  }, 120_000);
}

/** Orders that were refused and cancelled long ago: they left nothing in the participants. */
async function insertSagas(database: PostgresServer): Promise<void> {
  const sql = postgres(database.url('order'), { max: 1 });
  const failure = { step: 'payment', outcome: 'rejected', reason: 'seeded' };
  try {
    await sql`
      WITH new AS (
        SELECT n, lpad(to_hex(n), 12, '0') AS digits, now() - interval '1 day' AS at FROM generate_series(1, ${existing}) n
      ), ids AS (
        SELECT n, at, ('01900000-0000-7000-8000-' || digits)::uuid AS order_id,
          ('01900000-0000-7000-9000-' || digits)::uuid AS saga_id
        FROM new
      ), new_sagas AS (
        INSERT INTO sagas (id, status, input, failure, last_seq, lease_until, created_at, updated_at)
        SELECT saga_id, 'COMPENSATED', jsonb_build_object('orderId', order_id), ${sql.json(failure)}, 5, at, at, at FROM ids
        RETURNING id, created_at
      ), new_orders AS (
        INSERT INTO orders (id, saga_id, status, item_name, quantity, price_cents, amount_cents, created_at, updated_at)
        SELECT order_id, saga_id, 'CANCELLED', 'seeded ' || n, 1, 100, 100, at, at FROM ids
      )
      INSERT INTO saga_events (saga_id, seq, at, type, steps, step, attempt, outcome, kind, reason, duration_ms)
      SELECT id, seq, created_at, type::saga_event_type, steps, step, attempt, outcome::call_outcome,
        kind::failure_kind, reason, duration_ms
      FROM new_sagas, (VALUES
        (1, 'begun', ARRAY['payment', 'inventory'], NULL, NULL, NULL, NULL, NULL, NULL),
        (2, 'action-called', NULL, 'payment', 1, NULL, NULL, NULL, NULL),
        (3, 'action-answered', NULL, 'payment', 1, 'rejected', 'rejection', 'seeded', 4),
        (4, 'failed', NULL, 'payment', NULL, 'rejected', NULL, 'seeded', NULL),
        (5, 'ended', NULL, NULL, NULL, NULL, NULL, NULL, NULL)
      ) AS event (seq, type, steps, step, attempt, outcome, kind, reason, duration_ms)`;
  } finally {
    await sql.end();
  }
}

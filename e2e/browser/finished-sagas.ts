import type { Sql } from 'postgres';

/**
 * Inserts orders that were cancelled because their charge was not sent, as order-service leaves them: the participants do
 * not know of them.
 * Returns the time of their events (ISO).
 */
export async function insertFinishedSagas(sql: Sql, itemName: string, count: number, daysAgo = 0): Promise<string> {
  const failure = { step: 'payment', outcome: 'not-sent', reason: 'no charge here' };
  const [inserted] = await sql<{ at: Date }[]>`
    WITH new AS (
      SELECT n, now() - ${daysAgo} * interval '1 day' AS at,
        gen_random_uuid()::text AS one, gen_random_uuid()::text AS other
      FROM generate_series(1, ${count}::int) n
    ), timed AS (
      SELECT *, lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS time FROM new
    ), ids AS (
      -- UUIDv7: the time, then what is random.
      SELECT n, at, (time || '7' || substr(one, 16))::uuid AS order_id,
        (time || '7' || substr(other, 16))::uuid AS saga_id
      FROM timed
    ), new_sagas AS (
      INSERT INTO sagas (id, status, input, failure, last_seq, lease_until, created_at, updated_at)
      SELECT saga_id, 'COMPENSATED', jsonb_build_object('orderId', order_id), ${sql.json(failure)}, 5, at, at, at FROM ids
      RETURNING id, created_at
    ), new_orders AS (
      INSERT INTO orders (id, saga_id, status, item_name, quantity, price_cents, amount_cents, created_at, updated_at)
      SELECT order_id, saga_id, 'CANCELLED', ${itemName}, 1, 100, 100, at, at FROM ids
    ), new_events AS (
      INSERT INTO saga_events (saga_id, seq, at, type, steps, step, attempt, outcome, kind, reason, duration_ms)
      SELECT id, seq, created_at, type::saga_event_type, steps, step, attempt, outcome::call_outcome,
        kind::failure_kind, reason, duration_ms
      FROM new_sagas, (VALUES
        (1, 'begun', ARRAY['payment', 'inventory'], NULL, NULL, NULL, NULL, NULL, NULL),
        (2, 'action-called', NULL, 'payment', 1, NULL, NULL, NULL, NULL),
        (3, 'action-answered', NULL, 'payment', 1, 'not-sent', 'not-sent', 'no charge here', 4),
        (4, 'failed', NULL, 'payment', NULL, 'not-sent', NULL, 'no charge here', NULL),
        (5, 'ended', NULL, NULL, NULL, NULL, NULL, NULL, NULL)
      ) AS event (seq, type, steps, step, attempt, outcome, kind, reason, duration_ms)
      RETURNING at
    )
    SELECT min(at) AS at FROM new_events`;
  if (!inserted) throw new Error('nothing was inserted');
  return inserted.at.toISOString();
}

/** Inserts some that are new, and tells of them as order-service tells of its own. */
export async function insertNewSagas(sql: Sql, itemName: string, count: number): Promise<void> {
  await sql.notify('saga_changes', await insertFinishedSagas(sql, itemName, count));
}

import postgres, { type Sql } from 'postgres';
import type { PostgresServer } from 'stack/postgres-server';
import type { OfEach } from 'stack/stack';
import { productCount } from './order-mix.ts';
import type { SystemName } from './systems.ts';

/** Writes completed sagas as the services would have left them long ago: the books of all three stay consistent. */
export async function addFinishedSagas(
  databases: OfEach<PostgresServer>,
  system: SystemName,
  count: number,
): Promise<void> {
  const add = { order: addOrders, payment: addPayments, inventory: addReservations };
  for (const name of ['order', 'payment', 'inventory'] as const) {
    const client = postgres(databases[name].url(system), { max: 1 });
    // Millions of rows that refer to each other by construction: checking each would take minutes.
    await client`SET session_replication_role = replica`;
    await add[name](client, count);
    // What autovacuum would have done over the months, and would otherwise do in the middle of a round.
    await client`VACUUM (ANALYZE)`;
    await client`CHECKPOINT`;
    await client.end();
  }
}

/** Ids as of version 7, older than all others; `kind` tells those of one saga apart. */
const id = (client: Sql, kind: string) => client`(${kind} || lpad(to_hex(n), 12, '0'))::uuid`;
const sagaId = (client: Sql) => id(client, '01800000-0000-7000-8000-');
const orderId = (client: Sql) => id(client, '01800000-0000-7000-9000-');
const product = (client: Sql) => client`('bench-' || n % ${productCount} + 1)`;

async function addOrders(client: Sql, count: number): Promise<void> {
  const numbers = client`generate_series(1, ${count}::int) AS n`;
  await client`
    INSERT INTO sagas (id, status, input, last_seq, lease_until)
    SELECT ${sagaId(client)}, 'COMPLETED', jsonb_build_object('orderId', ${orderId(client)}, 'itemName',
      ${product(client)}, 'quantity', 1, 'amountCents', 1000, 'failPayment', false, 'failInventory', false), 6, now()
    FROM ${numbers}`;
  await client`
    INSERT INTO orders (id, saga_id, status, item_name, quantity, price_cents, amount_cents)
    SELECT ${orderId(client)}, ${sagaId(client)}, 'COMPLETED', ${product(client)}, 1, 1000, 1000 FROM ${numbers}`;
  await client`
    INSERT INTO saga_events (saga_id, seq, type, steps, step, attempt, outcome, duration_ms)
    SELECT ${sagaId(client)}, event.* FROM ${numbers}, (VALUES
      (1, 'begun'::saga_event_type, ARRAY['payment', 'inventory'], NULL, NULL::int, NULL::call_outcome, NULL::int),
      (2, 'action-called', NULL, 'payment', 1, NULL, NULL),
      (3, 'action-answered', NULL, 'payment', 1, 'succeeded', 5),
      (4, 'action-called', NULL, 'inventory', 1, NULL, NULL),
      (5, 'action-answered', NULL, 'inventory', 1, 'succeeded', 5),
      (6, 'ended', NULL, NULL, NULL, NULL, NULL)) AS event`;
}

async function addPayments(client: Sql, count: number): Promise<void> {
  await client`
    INSERT INTO payments (saga_id, status, order_id, amount_cents, receipt_id)
    SELECT ${sagaId(client)}, 'CHARGED', ${orderId(client)}, 1000, ${id(client, '01800000-0000-7000-a000-')}
    FROM generate_series(1, ${count}::int) AS n`;
}

async function addReservations(client: Sql, count: number): Promise<void> {
  await client`
    WITH added AS (
      INSERT INTO reservations (saga_id, status, product_id, quantity, reservation_id)
      SELECT ${sagaId(client)}, 'RESERVED', ${product(client)}, 1, ${id(client, '01800000-0000-7000-b000-')}
      FROM generate_series(1, ${count}::int) AS n
      RETURNING product_id
    )
    UPDATE products SET available = available - taken.units, reserved = reserved + taken.units
    FROM (SELECT product_id, count(*) AS units FROM added GROUP BY product_id) AS taken
    WHERE products.id = taken.product_id`;
}

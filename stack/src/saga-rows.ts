import postgres from 'postgres';
import type { PostgresServer } from './postgres-server.ts';

/** A saga, its log and its order as the database holds them, past every service. */
export interface SagaRows {
  saga: Record<string, unknown> & { lease_until: Date };
  order: Record<string, unknown>;
  events: Record<string, unknown>[];
}

export async function readSagaRows(database: PostgresServer, sagaId: string): Promise<SagaRows> {
  const client = postgres(database.url('order'), { max: 1 });
  try {
    const [saga] = await client`SELECT * FROM sagas WHERE id = ${sagaId}`;
    const [order] = await client`SELECT * FROM orders WHERE saga_id = ${sagaId}`;
    const events = await client`SELECT * FROM saga_events WHERE saga_id = ${sagaId} ORDER BY seq`;
    return { saga: saga as SagaRows['saga'], order: order as SagaRows['order'], events: [...events] };
  } finally {
    await client.end();
  }
}

export async function countOrdersWithKey(database: PostgresServer, key: string): Promise<number> {
  const client = postgres(database.url('order'), { max: 1 });
  try {
    const [row] = await client`SELECT count(*)::int AS count FROM orders WHERE idempotency_key = ${key}`;
    return row?.['count'] ?? 0;
  } finally {
    await client.end();
  }
}

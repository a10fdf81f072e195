import postgres from 'postgres';
import type { PostgresServer } from 'stack/postgres-server';

export interface UnfinishedSagas {
  /** How many of them are still not over. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Follows the sagas that are unfinished now, but none that begin later. */
export async function watchUnfinished(orderDatabase: PostgresServer): Promise<UnfinishedSagas> {
  const client = postgres(orderDatabase.url('order'), { max: 1 });
  const [clock] = await client`SELECT now()::text AS now`;
  return {
    async count() {
      const [row] = await client`
        SELECT count(*)::int AS count FROM sagas
        WHERE status IN ('STARTED', 'COMPENSATING') AND created_at <= ${clock?.['now']}::timestamptz`;
      return row?.['count'];
    },
    close: () => client.end(),
  };
}

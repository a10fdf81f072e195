import postgres from 'postgres';
import type { PostgresServer } from 'stack/postgres-server';
import type { OfEach } from 'stack/stack';

/** Has the servers write out what they hold, so that no round pays for the one before, or in the middle of it. */
export async function writeOut(databases: OfEach<PostgresServer>): Promise<void> {
  await Promise.all(
    Object.values(databases).map(async (server) => {
      const client = postgres(server.url('postgres'), { max: 1 });
      await client`CHECKPOINT`;
      await client.end();
    }),
  );
}

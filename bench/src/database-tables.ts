import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { repository } from 'stack/postgres-programs';
import type { PostgresServer } from 'stack/postgres-server';

/** Makes a database with the tables of an SQL file of the repository. */
export async function createTables(server: PostgresServer, database: string, file: string): Promise<void> {
  await server.createDatabase(database);
  const client = postgres(server.url(database), { max: 1 });
  await client.unsafe(readFileSync(join(repository, file), 'utf8'));
  await client.end();
}

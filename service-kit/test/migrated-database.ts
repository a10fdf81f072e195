import { fileURLToPath } from 'node:url';
import postgres, { type Sql } from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { type Database, openDatabase } from '../src/database.ts';
import type { StatementWatch } from '../src/database-metrics.ts';
import { migrateDatabase } from '../src/database-migration.ts';

export interface MigratedDatabase {
  db: Database;
  /** For statements as a person would type them. */
  sql: Sql;
  close(): Promise<void>;
}

/**
 * A fresh database with the migrations of `db/<name>`, and many connections, so that calls do run at once.
 * @param watch told of the statements of `db`
 */
export async function openMigratedDatabase(name: string, watch?: StatementWatch): Promise<MigratedDatabase> {
  const url = await freshDatabase();
  await migrateDatabase(url, fileURLToPath(new URL(`../../db/${name}`, import.meta.url)), 10_000);
  const database = openDatabase(url, 40, watch && { watch });
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return {
    db: database.db,
    sql,
    close: async () => void (await Promise.all([database.close(), sql.end()])),
  };
}

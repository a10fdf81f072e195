import { fileURLToPath } from 'node:url';
import postgres, { type Sql } from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { type Database, migrateDatabase, openDatabase } from '../src/database.ts';

export interface MigratedDatabase {
  db: Database;
  /** For statements as a person would type them. */
  sql: Sql;
  close(): Promise<void>;
}

/** A fresh database with the migrations of `db/<name>`, and many connections, so that calls do run at once. */
export async function openMigratedDatabase(name: string): Promise<MigratedDatabase> {
  const url = await freshDatabase();
  await migrateDatabase(url, fileURLToPath(new URL(`../../db/${name}`, import.meta.url)), 10_000);
  const database = openDatabase(url, 40);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return {
    db: database.db,
    sql,
    close: async () => void (await Promise.all([database.close(), sql.end()])),
  };
}

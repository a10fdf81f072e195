import { fillPlaceholders, getTableColumns, type SQL, type Table } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';

const dialect = new PgDialect();

/**
 * A statement that is built once, and planned once on each connection: a call costs one round trip instead of two.
 * What changes from call to call is an `sql.placeholder`. Rows are as the driver gives them: see `readRow`.
 */
export function prepareStatement<Row extends object>(db: Database, statement: SQL) {
  const { sql, params } = dialect.sqlToQuery(statement);
  return async (values: Record<string, unknown>): Promise<Row[]> =>
    db.$client.unsafe<Row[]>(sql, fillPlaceholders(params, values) as never[], { prepare: true });
}

/** A whole row of a table as Drizzle would read it, from the columns that a statement of one's own returned. */
export function readRow<T extends Table>(table: T, columns: Record<string, unknown>): T['$inferSelect'] {
  const entries = Object.entries(getTableColumns(table)).map(([field, column]) => {
    const value = columns[column.name];
    return [field, value === null ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(entries);
}

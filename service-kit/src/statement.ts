import { type Column, fillPlaceholders, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';

const dialect = new PgDialect();

/**
 * A statement that is built once, and parsed once on each connection: a call costs one round trip instead of two.
 * What changes from call to call is an `sql.placeholder`. Rows are as the driver gives them: see `readRow`.
 */
export function prepareStatement<Row extends object>(db: Database, statement: SQL) {
  const query = dialect.sqlToQuery(statement);
  return (values: Record<string, unknown>, timeoutMs?: number): Promise<Row[]> =>
    db.$pool.run<Row>({ text: query.sql, params: fillPlaceholders(query.params, values), prepared: true }, timeoutMs);
}

/** The columns of a table by name: of `*` a prepared statement may not return more once the table has more. */
export function columnsOf(table: Table): SQL {
  const names = Object.values(getTableColumns(table)).map(({ name }) => sql.identifier(name));
  return sql.join(names, sql`, `);
}

/** A whole row of a table as Drizzle would read it, from the columns that a statement of one's own returned. */
export function readRow<T extends Table>(table: T, columns: Record<string, unknown>): T['$inferSelect'] {
  const entries = Object.entries(getTableColumns(table)).map(([field, column]) => {
    const value = columns[column.name];
    return [field, value === null ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(entries);
}

/** What a JSON object with a field for each of these columns is to be read as: `"madeAt" timestamp with time zone, ...`. */
export function recordOf(columns: Record<string, Column>): SQL {
  const fields = Object.entries(columns).map(([field, column]) => {
    return sql`${sql.identifier(field)} ${sql.raw(column.getSQLType())}`;
  });
  return sql.join(fields, sql`, `);
}

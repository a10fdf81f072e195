import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import type { StatementWatch } from './database-metrics.ts';
import { endSilence } from './database-socket.ts';
import { waitAtMost } from './wait-at-most.ts';

/**
 * Decisions are single statements, which Postgres commits as a whole. Its driver's transactions of several statements
 * are not used: when a connection breaks, a later statement of a transaction can run on a new connection, alone.
 */
export type Database = PostgresJsDatabase & { $client: Sql };

export interface OpenDatabase {
  db: Database;
  /** Resolves if the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A statement of ours takes milliseconds: one that takes seconds waits for something that is lost. One that waits for a
 * lock gives up so early that its batch can be run again item by item before those who wait for it, 2 s, do; unless a
 * dozen of its items and more are locked.
 */
export const longestStatement = { statement_timeout: 10_000, lock_timeout: 400 };
/** Longer than Postgres lets a statement run. */
const longestSilenceMs = longestStatement.statement_timeout + 2_000;
/** How every connection behaves that outlives a break of its database. */
export const steadyConnection = {
  connect_timeout: 5,
  // The default waits up to 20 s, and lets queries wait with it: longer than most databases are away.
  backoff: () => 0.2,
  // Otherwise every new connection asks for the array types, and a failure of that ends the process.
  fetch_types: false,
  socket: endSilence(longestSilenceMs),
  onnotice: () => {},
};
/** A plan that is kept from when a table was small reads it whole when it has grown. Planning takes 0.2 ms. */
const freshPlans = { plan_cache_mode: 'force_custom_plan' };

/**
 * Opens a pool of at most `connections` connections; none is made before the first query.
 * @param watch told of the statements of `db`
 */
export function openDatabase(url: string, connections: number, watch?: StatementWatch): OpenDatabase {
  const client = postgres(url, {
    ...steadyConnection,
    max: connections,
    connection: { ...longestStatement, ...freshPlans },
  });
  if (watch) watchStatements(client, watch);
  return {
    db: drizzle(client),
    ping: async () => void (await client`select 1`),
    close: () => client.end({ timeout: 1 }),
  };
}

/** Drizzle issues every statement through this one function of the driver. */
function watchStatements(client: postgres.Sql, watch: StatementWatch): void {
  const issue = client.unsafe;
  client.unsafe = ((...statement: Parameters<typeof issue>) => {
    const query = issue(...statement);
    watch(query);
    return query;
  }) as typeof issue;
}

/**
 * What a statement resolves with, for those that a whole process would wait for: the driver never settles one that is
 * asked for after the error of its connection and before the close.
 * @throws an error as of a connection that broke if there is no answer for `silenceMs`
 */
export async function answered<T extends object>(statement: Promise<T>, silenceMs = longestSilenceMs): Promise<T> {
  const answer = await waitAtMost(silenceMs, statement);
  if (!answer) throw Object.assign(new Error('the database gave no answer'), { code: 'ETIMEDOUT' });
  return answer;
}

/** The database's time: the one clock that all processes share. */
export async function readClock(db: Database): Promise<Date> {
  const [row] = await db.execute<{ now: string }>(sql`SELECT now()`);
  return new Date((row as { now: string }).now);
}

/**
 * Applies the SQL migrations of `folder`, waiting up to `timeoutMs` for the database to accept connections. Replicas
 * may do this at the same time: an advisory lock lets one go first, and the others find nothing left to do.
 */
export async function migrateDatabase(url: string, folder: string, timeoutMs: number): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    // One connection, because the advisory lock belongs to a session.
    const client = postgres(url, { max: 1, connect_timeout: 5, fetch_types: false, onnotice: () => {} });
    try {
      await client`select pg_advisory_lock(hashtext('migrations'))`;
      await migrate(drizzle(client), { migrationsFolder: folder });
      return;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > giveUpAt) throw error;
      await sleep(200);
    } finally {
      await client.end({ timeout: 2 });
    }
  }
}

/** The Postgres error inside what Drizzle throws, or the error itself. */
export function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

/** Whether the error is a unique violation of the constraint. */
export function violates(error: unknown, constraint: string): boolean {
  const cause = causeOf(error);
  return cause instanceof postgres.PostgresError && cause.constraint_name === constraint;
}

/** Errors of Postgres that tell of its end, not of the statement's: admin_shutdown and crash_shutdown. */
const shutdowns = new Set(['57P01', '57P02']);

/** Whether a statement that ended in this error may have been committed nevertheless. */
export function mayHaveCommitted(error: unknown): boolean {
  const cause = causeOf(error);
  // Class 08 is of connections.
  if (cause instanceof postgres.PostgresError) return shutdowns.has(cause.code) || cause.code.startsWith('08');
  // Where no connection was made nothing was sent; the same codes can also end a connection in use.
  const { syscall } = Object(cause);
  return syscall !== 'connect' && syscall !== 'getaddrinfo' && errorCode(cause) !== 'CONNECT_TIMEOUT';
}

/** Classes of errors that are about one row: cardinality, data, constraint, deadlock; and the wait for a lock. */
const rowErrors = /^(21|22|23|40|55P03)/;

/** Whether Postgres refused the statement for one of its rows, and undid it as a whole. */
export function isRowError(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof postgres.PostgresError && rowErrors.test(cause.code);
}

const connectionFailures = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
]);

/**
 * Whether the error means that the database cannot be reached, is starting, stopping, too slow for the statement
 * timeout, has no connection left, or that a row stayed locked: the same may work a little later.
 */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(causeOf(error));
  return connectionFailures.has(code) || /^(53|57|55P03)/.test(code);
}

function errorCode(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}

import { sql } from 'drizzle-orm';
import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts';
import { openConnection } from './database-connection.ts';
import type { StatementWatch } from './database-metrics.ts';
import { readDatabaseUrl } from './database-url.ts';

/**
 * Drizzle on connections of ours. Decisions are single statements, which Postgres commits as a whole: there are no
 * transactions of several.
 */
export type Database = PgRemoteDatabase & { $pool: ConnectionPool };

export interface OpenDatabase {
  db: Database;
  /** For reads over whole tables: on connections of their own, and with more time. */
  longReads: Database;
  /** Resolves if the database answers and can be written to. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** How long a statement may take, the wait for a connection included. */
  timeoutMs?: number;
  /** Whether the URL leads to a pooler that lends a session for a transaction at a time. */
  pooler?: boolean;
  /** Told of the statements of `db`. */
  watch?: StatementWatch;
}

/** Of what a request may take: how much belongs to a statement itself; and how much of it Postgres lets it take. */
const statementShare = 0.55;
const postgresShare = 0.45;
/** A sum over tens of millions of rows, from a disk. */
const longReadMs = 10_000;
/** For whoever waits for a connection it is too late before that; the connection is for the next. */
const connectTimeoutMs = 3_000;
/** One that sums, and one that pages. */
const longReadConnections = 2;

/** What a session of ours is set to. */
export function sessionSettings(statementTimeoutMs: number) {
  return {
    // Shorter than we wait for an answer: that of Postgres says that nothing was done.
    statement_timeout: Math.ceil(statementTimeoutMs),
    // So early that a batch can be run again item by item before those who wait for it, 2 s, give up; unless a dozen of
    // its items and more are locked.
    lock_timeout: 400,
    // A plan that is kept from when a table was small reads it whole when it has grown. Planning takes 0.2 ms.
    plan_cache_mode: 'force_custom_plan',
  };
}

/** What a role is to be set to whose sessions a pooler lends: its long reads are among them. */
export const pooledRoleSettings = sessionSettings(longReadMs);

/** Opens a pool of at most `connections` connections; none is made before the first query. */
export function openDatabase(
  url: string,
  connections: number,
  { timeoutMs = 4_500, pooler = false, watch }: DatabaseOptions = {},
): OpenDatabase {
  const address = readDatabaseUrl(url);
  const open = (postgresMs: number) => () =>
    openConnection({ address, pooler, settings: sessionSettings(postgresMs) }, connectTimeoutMs);
  const waitMs = (1 - statementShare) * timeoutMs;
  const pool = createConnectionPool({
    open: open(timeoutMs * postgresShare),
    max: connections,
    // Nobody is kept waiting by what goes on in the background, and to give it up costs more.
    timeouts: { requestMs: timeoutMs, backgroundMs: 2 * timeoutMs },
    statementMs: timeoutMs * statementShare,
  });
  const longMs = longReadMs * 1.1;
  const longReads = createConnectionPool({
    open: open(longReadMs),
    max: longReadConnections,
    timeouts: { requestMs: waitMs + longMs, backgroundMs: waitMs + longMs },
    statementMs: longMs,
    checkMs: waitMs,
  });
  return {
    db: runOn(watch ? watchStatements(pool, watch) : pool),
    longReads: runOn(longReads),
    check: pool.check,
    close: async () => void (await Promise.all([pool.close(), longReads.close()])),
  };
}

/** Drizzle, whose every statement, and those of `prepareStatement`, the pool runs. */
function runOn(pool: ConnectionPool): Database {
  const db = drizzle(async (text, params, method) => {
    return { rows: await pool.run({ text, params, asArrays: method === 'all' }) };
  });
  return Object.assign(db, { $pool: pool });
}

function watchStatements(pool: ConnectionPool, watch: StatementWatch): ConnectionPool {
  return {
    ...pool,
    run(statement, timeoutMs) {
      const rows = pool.run<never>(statement, timeoutMs);
      watch(rows);
      return rows;
    },
  };
}

/** The database's time: the one clock that all processes share. */
export async function readClock(db: Database): Promise<Date> {
  const [row] = await db.execute<{ now: string }>(sql`SELECT now()`);
  return new Date((row as { now: string }).now);
}

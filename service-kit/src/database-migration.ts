import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/pg-proxy';
import { migrate } from 'drizzle-orm/pg-proxy/migrator';
import { type DatabaseConnection, openConnection } from './database-connection.ts';
import { isUnavailable } from './database-errors.ts';
import { readDatabaseUrl } from './database-url.ts';
import { codeOf, describeError } from './error-description.ts';

export interface MigrationOptions {
  /** Settings of the role of this name are to be these from now on. */
  role?: { name: string; settings: Record<string, string | number> };
  /** Told in one line what is being waited for. */
  tell?: (line: string) => void;
}

/** A new index on tens of millions of rows. */
const longestStatementMs = 3_600_000;
const connectTimeoutMs = 5_000;
/** Longer than any statement of a service holds a table. */
const tableLockTimeoutMs = 3_000;
const isLockedOut = (error: unknown) => codeOf(error) === '55P03';
const lockedTable = 'a table that another session uses';
const lockKey = "hashtext('migrations')";

interface Migration extends MigrationOptions {
  folder: string;
  timeoutMs: number;
  giveUpAtMs: number;
}

/**
 * Applies what is missing of the SQL migrations of `folder`, all in one transaction. Replicas may do this at the same time: a lock that
 * ends with the transaction lets one go first, and the others find nothing left to do.
 * @param url of whoever may change tables
 * @param timeoutMs how long to wait for the database, and for whoever else migrates it
 * @throws the error of the database, or Error if it or the lock could not be had in time
 */
export async function migrateDatabase(
  url: string,
  folder: string,
  timeoutMs: number,
  options: MigrationOptions = {},
): Promise<void> {
  const address = readDatabaseUrl(url);
  const giveUpAtMs = performance.now() + timeoutMs;
  let isTold = false;
  const onFailure = (error: unknown) => {
    const awaited = isLockedOut(error) ? lockedTable : `the database: ${describeError(error)}`;
    if (!isTold) options.tell?.(`waiting for ${awaited}`);
    isTold = true;
  };
  try {
    await tryUntil(giveUpAtMs, migrateOnce, onFailure);
  } catch (error) {
    throw isLockedOut(error) ? gaveUp(timeoutMs, lockedTable) : error;
  }

  async function migrateOnce(): Promise<void> {
    // Nothing of ours is set for the session, so that it does not matter whether a pooler is between.
    const connection = await openConnection({ address, pooler: true, settings: {} }, connectTimeoutMs);
    try {
      await migrateOn(connection, { ...options, folder, timeoutMs, giveUpAtMs });
    } finally {
      await connection.end();
    }
  }
}

/** Tries again until it works, or an error comes that waiting does not set right, or time is up. */
export async function tryUntil(
  giveUpAtMs: number,
  work: () => Promise<void>,
  onFailure?: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!comesBack(error) || performance.now() > giveUpAtMs) throw error;
      onFailure?.(error);
      await sleep(200);
    }
  }
}

/** Whether the same may work a little later. A password, database or setting that is wrong is not set right by waiting. */
function comesBack(error: unknown): boolean {
  return isUnavailable(error) && !/^(28|3D|42|POOLER)/.test(codeOf(error));
}

async function migrateOn(connection: DatabaseConnection, migration: Migration): Promise<void> {
  // Until the lock is held there is nothing that takes long.
  let isLocked = false;
  const run = <Row extends object>(text: string) => {
    const leftMs = Math.max(connectTimeoutMs, migration.giveUpAtMs - performance.now() + 1_000);
    return connection.run<Row>({ text, params: [] }, isLocked ? longestStatementMs : leftMs);
  };
  await run('BEGIN');
  // The limits that a role of a pooler's sessions has are not for migrations.
  await run('SET LOCAL statement_timeout = 0');
  await run('SET LOCAL lock_timeout = 0');
  await takeLock(run, migration);
  isLocked = true;
  // Whoever comes after a change that waits for a table waits, too: so it steps back, and tries again.
  await run(`SET LOCAL lock_timeout = ${tableLockTimeoutMs}`);
  const db = drizzle(async (text) => ({ rows: await run(text) }));
  const apply = async (statements: string[]) => {
    for (const statement of statements) await run(statement);
  };
  await migrate(db, apply, { migrationsFolder: migration.folder });
  if (migration.role) await setRole(run, migration.role, migration.tell);
  await run('COMMIT');
}

type Run = <Row extends object>(text: string) => Promise<Row[]>;

async function takeLock(run: Run, { timeoutMs, giveUpAtMs, tell }: Migration): Promise<void> {
  const [lock] = await run<{ free: boolean }>(`SELECT pg_try_advisory_xact_lock(${lockKey}) AS free`);
  if (lock?.free) return;
  const [holder] = await run<{ name: string }>(`
    SELECT format('process %s of role %s (%s)', pid, usename, application_name) AS name
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = ${lockKey}`);
  const held = `the migration lock of this database, which ${holder?.name ?? 'another process'} holds`;
  tell?.(`waiting for ${held}`);
  await run(`SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(giveUpAtMs - performance.now()))}`);
  await run(`SELECT pg_advisory_xact_lock(${lockKey})`).catch((error) => {
    throw isLockedOut(error) ? gaveUp(timeoutMs, held) : error;
  });
}

function gaveUp(timeoutMs: number, awaited: string): Error {
  return new Error(`gave up after DATABASE_START_TIMEOUT_MS (${timeoutMs} ms) of waiting for ${awaited}`);
}

/** Whoever may not set it leaves it to whoever made the role. */
async function setRole(run: Run, { name, settings }: NonNullable<Migration['role']>, tell: Migration['tell']) {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const [row] = await run<{ database: string }>('SELECT current_database() AS database');
  await run('SAVEPOINT before_role');
  try {
    for (const [key, value] of Object.entries(settings)) {
      await run(`ALTER ROLE ${quote(name)} IN DATABASE ${quote(String(row?.database))} SET ${key} = '${value}'`);
    }
  } catch (error) {
    await run('ROLLBACK TO before_role');
    const missing = Object.entries(settings).map(([key, value]) => `${key} = '${value}'`);
    tell?.(`the role ${name} could not be given ${missing.join(', ')}: ${describeError(error)}`);
  }
}

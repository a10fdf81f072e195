import { DrizzleQueryError } from 'drizzle-orm';
import postgres from 'postgres';
import { codeOf } from './error-description.ts';

/** There was no connection to send the statement on: nothing was done. */
export class NotConnected extends Error {
  /** That of the cause: of the system, the driver or Postgres. */
  readonly code: string;

  constructor(cause: unknown) {
    super('no connection to the database', { cause });
    this.code = codeOf(cause);
  }
}

/** The statement was sent and not answered in time: it may have been done, or may yet be. */
export class NotAnswered extends Error {
  constructor(timeoutMs: number) {
    super(`no answer of the database within ${Math.round(timeoutMs)} ms`);
  }
}

/** The connection broke while the statement was under way: it may have been done. */
export class ConnectionLost extends Error {
  readonly code: string;

  constructor(cause: unknown) {
    super('the connection to the database broke', { cause });
    this.code = codeOf(cause);
  }
}

/** The error inside what Drizzle throws, or the error itself. */
function causeOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

/** Whether the error is a violation of the constraint. */
export function violates(error: unknown, constraint: string): boolean {
  const cause = causeOf(error);
  return cause instanceof postgres.PostgresError && cause.constraint_name === constraint;
}

/** Class 08 is of connections; the others say that Postgres stops, and not what became of the statement. */
const lostConnections = /^(08|57P01|57P02)/;
const readOnly = '25006';

/** Whether a statement that ended in this error may have been committed nevertheless. */
export function mayHaveCommitted(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof NotConnected) return false;
  return !(cause instanceof postgres.PostgresError) || lostConnections.test(cause.code);
}

/** Whether a connection on which a statement ended in this error can take no other. */
export function endsConnection(error: unknown): boolean {
  return mayHaveCommitted(error) || isReadOnly(error);
}

/** Whether the session or the database cannot write, as after a failover: nothing was done. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(causeOf(error)) === readOnly;
}

/** Of a connection that could not write, and so was not used. */
export function readOnlyError(): NotConnected {
  return new NotConnected(Object.assign(new Error('the database is read-only'), { code: readOnly }));
}

/** Classes of errors that are about one row: cardinality, data, constraint, deadlock; and the wait for a lock. */
const rowErrors = /^(21|22|23|40|55P03)/;

/** Whether Postgres refused the statement for one of its rows, and undid it as a whole. */
export function isRowError(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof postgres.PostgresError && rowErrors.test(cause.code);
}

/** Classes 08 (connections), 53 (no more of something), 57 (ended by somebody); a read-only session; a row locked too long. */
const unavailable = /^(08|53|57|25006|55P03)/;
/**
 * Whether the error means that the database cannot be reached or written, is starting, stopping, too slow for the
 * statement timeout, has no connection left, or that a row stayed locked: the same may work a little later.
 */
export function isUnavailable(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof postgres.PostgresError) return unavailable.test(cause.code);
  return [NotConnected, NotAnswered, ConnectionLost].some((kind) => cause instanceof kind);
}

import { types } from 'node:util';
import { DrizzleQueryError } from 'drizzle-orm';
import postgres from 'postgres';

/**
 * An error with its causes in one line, for a log: what Drizzle throws names only the query. Nothing of what the query was
 * about is told: keys, names and amounts are nobody's business who reads a log.
 */
export function describeError(error: unknown): string {
  const causes: string[] = [];
  for (let e = error; types.isNativeError(e); e = e.cause) causes.push(describeOne(e));
  return causes.join(' <- ') || String(error);
}

function describeOne(error: Error): string {
  // Its message lists the parameters.
  if (error instanceof DrizzleQueryError) return `Failed query: ${shorten(error.query)}`;
  // Class 22, of data: the message quotes the value that was wrong. What others are about stands in a detail of its own.
  if (error instanceof postgres.PostgresError && error.code.startsWith('22')) {
    return `${error.message.replace(/".*"/s, '…').replace(/:.*/s, ': …')} (${error.code})`;
  }
  // Where several addresses of a host fail, Node's error has a code and no message.
  return error.message || codeOf(error) || error.name;
}

/** Enough to find the query in the code. */
function shorten(query: string): string {
  return query.length > 200 ? `${query.slice(0, 200)}…` : query;
}

/** The code of an error of the system, the driver or Postgres; empty if it has none. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? '');
}

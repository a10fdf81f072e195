import { types } from 'node:util';

/** An error with its causes in one line, for a log: what Drizzle throws names only the query. */
export function describeError(error: unknown): string {
  const causes: string[] = [];
  // Where several addresses of a host fail, Node's error has a code and no message.
  for (let e = error; types.isNativeError(e); e = e.cause) causes.push(e.message || codeOf(e) || e.name);
  return causes.join(' <- ') || String(error);
}

/** The code of an error of the system, the driver or Postgres; empty if it has none. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? '');
}

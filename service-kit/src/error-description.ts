/** An error with its causes in one line, for a log: what Drizzle throws names only the query. */
export function describeError(error: unknown): string {
  const causes: string[] = [];
  for (let e = error; e instanceof Error; e = e.cause) causes.push(e.message || e.name);
  return causes.join(' <- ') || String(error);
}

/** The database's time as last heard, carried on by this process's monotonic clock. Returns a function that reads it. */
export function databaseClock(heard: Date): () => Date {
  const heardAtMs = performance.now();
  return () => new Date(heard.getTime() + (performance.now() - heardAtMs));
}

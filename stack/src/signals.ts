/**
 * Calls `stop` once when this process is told to end. Further signals are ignored meanwhile: a Ctrl-C under make
 * arrives more than once.
 */
export function onceToldToEnd(stop: () => void): void {
  let told = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!told) stop();
      told = true;
    });
  }
}

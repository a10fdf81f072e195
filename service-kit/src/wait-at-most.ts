/**
 * What the promise resolves with, or undefined when the time is up; the promise goes on by itself. Rejects as it does.
 * @param timeoutMs in milliseconds
 */
export async function waitAtMost<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

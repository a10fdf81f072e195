import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is something else than undefined, false or null, and returns it.
 * @throws an error that names what was awaited once the time is up, or whatever `ask` throws
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false | null>,
  timeoutMs = 20_000,
): Promise<T> {
  for (const giveUpAt = Date.now() + timeoutMs; ; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (Date.now() > giveUpAt) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}

/** A slow process is not a dead one: on a busy machine an answer may take seconds. The gateway of compose waits as long. */
const timeoutMs = 5_000;

/** Whether a service says that it can do its work. */
export async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
  return answer?.ok ?? false;
}

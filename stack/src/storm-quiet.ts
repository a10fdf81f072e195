import { sendRequest } from './http-request.ts';
import { sendWish, type Wish } from './storm-orders.ts';
import type { StormTarget } from './storm-target.ts';
import { waitUntil } from './wait-until.ts';

type Tell = (line: string) => void;
/** What is left may have to be tried many times over. */
const quietTimeoutMs = 120_000;

/** Brings every part up and switches every fault off. */
export async function calm({ parts, doors }: StormTarget, tell: Tell): Promise<void> {
  tell('the storm is over: everything is let go on and started');
  for (const part of parts) await part.resume();
  for (const part of parts.filter(({ kind }) => kind === 'database')) await part.start();
  // A switch that makes them crash as they start is a row that only they can remove: they get there between crashes.
  await Promise.all(parts.map((part) => part.start()));
  for (const { url } of Object.values(doors)) {
    await waitUntil(`${url} switches its faults off`, () => succeeds(`${url}/faults`, 'DELETE'), quietTimeoutMs);
  }
}

/** Repeats, with its key, every request that is not known to have been accepted. */
export async function repeatUnanswered(url: string, wishes: Wish[], tell: Tell): Promise<void> {
  const open = wishes.filter(({ key, replies }) => key && !replies.some(({ type }) => type === 'accepted'));
  tell(`${open.length} requests that were not accepted are repeated with their keys`);
  for (const wish of open) {
    await waitUntil(
      `the request ${wish.key} is accepted`,
      async () => (await sendWish(url, wish, { prefer: 'respond-async' })).type === 'accepted',
      quietTimeoutMs,
    );
  }
}

/** Waits until no saga is under way, and tries those that are stuck again, as a person would. Returns how many were. */
export async function waitUntilOver(url: string, tell: Tell): Promise<number> {
  let retried = 0;
  await waitUntil(
    'no saga is under way or stuck',
    async () => {
      const stuck = await listSagas(url, 'COMPENSATION_STUCK');
      if (stuck.length > 0) tell(`${stuck.length} sagas are stuck: they are tried again`);
      for (const id of stuck) await succeeds(`${url}/sagas/${id}/retry`, 'POST');
      retried += stuck.length;
      if (stuck.length > 0) return false;
      const underWay = [...(await listSagas(url, 'STARTED')), ...(await listSagas(url, 'COMPENSATING'))];
      return underWay.length === 0;
    },
    quietTimeoutMs,
  );
  return retried;
}

/** How many requests of each link to a participant are delivered once more when all is over. */
const deliveredAgain = 150;

/** What was sold out is stocked, and then requests of the storm come once more: none of them may take effect. */
export async function deliverAgain({ doors, links }: StormTarget, tell: Tell): Promise<void> {
  if (!links) return;
  tell('what was sold out is stocked, and requests of before are delivered again');
  for (const product of ['unicorn', 'no-such-thing']) {
    const body = { available: 100_000 };
    await sendRequest(`${doors.inventory.url}/inventory/products/${product}`, { method: 'PUT', body });
  }
  await Promise.all(links.recorders.map((recorder) => recorder.deliverAgain(deliveredAgain)));
}

async function listSagas(url: string, status: string): Promise<string[]> {
  const { body } = await sendRequest(`${url}/sagas?status=${status}&limit=100`);
  return (body['items'] as { id: string }[]).map(({ id }) => id);
}

function succeeds(url: string, method: 'DELETE' | 'POST'): Promise<boolean> {
  return sendRequest(url, { method }).then(
    ({ status }) => status < 300,
    () => false,
  );
}

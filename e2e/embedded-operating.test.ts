import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { serviceNames } from 'stack/stack';
import { waitUntil } from 'stack/wait-until';
import { abridge, createCommandRunner, readCommands } from './document-commands.ts';
import { useEmbeddedStack } from './embedded-stack.ts';

const text = readFileSync(join(repository, 'docs', 'operating.md'), 'utf8');
const commands = readCommands(text);
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, content]) => content ?? '');

// As many attempts as the document tells of, in less time.
const system = useEmbeddedStack({ order: { COMPENSATION_BACKOFF_FIRST_MS: '5', COMPENSATION_BACKOFF_MAX_MS: '10' } });
let run: ReturnType<typeof createCommandRunner>;

async function listStuck(): Promise<unknown[]> {
  const { body } = await sendRequest(`${system.doors.order.url}/sagas?status=COMPENSATION_STUCK`);
  return body['items'] as unknown[];
}

/** Cancelled orders whose payment cannot be refunded, until payment is well again. */
async function makeStuckSagas(count: number): Promise<void> {
  const { payment } = system.doors;
  await sendRequest(`${payment.url}/faults/refund`, { method: 'PUT', body: { mode: 'error' } });
  const order = { itemName: 'phone', quantity: 1, price: 700, failInventory: true };
  const orders = await Promise.all(Array.from({ length: count }, () => system.client.placeOrder(order)));
  for (const order of orders) await system.client.waitUntilOver(order);
  expect(await listStuck()).toHaveLength(count);
  await sendRequest(`${payment.url}/faults`, { method: 'DELETE' });
}

beforeAll(async () => {
  run = createCommandRunner(serviceNames.map((name) => system.doors[name].url));
  await makeStuckSagas(2);
}, 30_000);

test.each(commands)('$command', async (command) => {
  const { printed } = command;
  const show = async () => (printed ? abridge(await run(command), printed) : void (await run(command)));
  let shown = await show();
  // What a retry does takes a moment.
  for (let tries = 0; shown !== printed && !command.command.includes('-X') && tries < 50; tries += 1) {
    await sleep(100);
    shown = await show();
  }
  expect(shown).toBe(printed);
});

test.each(blocks('sql'))('%s', async (statement) => {
  const client = postgres(system.databases.order.url('order'), { max: 1 });
  await client.unsafe(statement).finally(() => client.end());
});

test.each(blocks('sh'))('%s', async (command) => {
  await makeStuckSagas(3);
  await run({ command, printed: undefined });
  await waitUntil('none is stuck', async () => (await listStuck()).length === 0);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import { useEmbeddedStack } from './embedded-stack.ts';

// A worker of jest hands on that its terminal has colours.
delete process.env['FORCE_COLOR'];
const system = useEmbeddedStack();
const watchers: ChildProcess[] = [];
afterAll(() => watchers.forEach((program) => void program.kill('SIGKILL')));

interface Watch {
  program: ChildProcess;
  /** What it tells of a saga. */
  linesOf(sagaId: string): string[];
  output(): string;
  errors(): string;
}

async function watch(env: Record<string, string> = {}): Promise<Watch> {
  const program = spawn(process.execPath, [join(repository, 'stack', 'dist', 'watch.js')], {
    env: { ...process.env, ...env, ORDER_URL: system.doors.order.url },
  });
  watchers.push(program);
  let output = '';
  let errors = '';
  program.stdout.on('data', (chunk) => (output += chunk));
  program.stderr.on('data', (chunk) => (errors += chunk));
  await waitUntil('it watches', async () => errors.includes('watching '));
  const linesOf = (sagaId: string) => output.split('\n').filter((line) => line.includes(sagaId.slice(-8)));
  return { program, linesOf, output: () => output, errors: () => errors };
}

/** Every event of the saga is told, and told once. */
async function requireWholeStory({ linesOf }: Watch, sagaId: string): Promise<string[]> {
  await waitUntil('the end is told', async () => linesOf(sagaId).some((line) => line.includes('ends: ')));
  const saga = await system.client.findSaga(sagaId);
  expect(linesOf(sagaId)).toHaveLength(saga?.log.length ?? 0);
  return linesOf(sagaId);
}

const lamp = { itemName: 'lamp', quantity: 1, price: 10 };

test('tells each event of each saga in order, plain where it is no terminal, until Ctrl-C', async () => {
  const watching = await watch();
  const { sagaId } = await system.client.placeOrder({ ...lamp, price: 9999 });
  const lines = await requireWholeStory(watching, sagaId);
  expect(lines.map((line) => line.replace(/\(\d+ ms\)/, '(n ms)').slice(24))).toEqual([
    'begins: payment, inventory',
    'payment is called',
    'payment unknown: HTTP 500 charge-failed',
    'turns back at payment: the order is CANCELLED',
    'payment is asked to undo',
    'payment undone (n ms)',
    'ends: all is undone',
  ]);
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}[0-9a-f]{8} {2}begins/);
  expect(watching.output()).not.toContain('\u001b');

  watching.program.kill('SIGINT');
  expect(await once(watching.program, 'exit')).toEqual([0, null]);
});

test('tells many sagas at once, each whole', async () => {
  const watching = await watch();
  const orders = await Promise.all(Array.from({ length: 30 }, () => system.client.placeOrder(lamp)));
  for (const { sagaId } of orders) await requireWholeStory(watching, sagaId);
  watching.program.kill('SIGTERM');
  expect(await once(watching.program, 'exit')).toEqual([0, null]);
});

test('is coloured where that is forced', async () => {
  const watching = await watch({ FORCE_COLOR: '1' });
  const { sagaId } = await system.client.placeOrder(lamp);
  const lines = await requireWholeStory(watching, sagaId);
  expect(lines.at(-1)).toContain('\u001b[32mends: the order is COMPLETED\u001b[39m');
  watching.program.kill('SIGINT');
});

test('goes on by itself when order-service was away, and tells nothing twice', async () => {
  const { order } = system.services;
  const watching = await watch();
  const before = await system.client.placeOrder(lamp);
  await requireWholeStory(watching, before.sagaId);

  await order.signal('SIGKILL');
  await waitUntil('the break is told', async () => watching.errors().includes('trying again'));
  await order.start();
  const after = await system.client.placeOrder(lamp);

  await requireWholeStory(watching, after.sagaId);
  await requireWholeStory(watching, before.sagaId);
  expect(watching.errors().match(/trying again/g)).toHaveLength(1);
  watching.program.kill('SIGINT');
});

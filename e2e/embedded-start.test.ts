import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listChildren } from 'stack/child-processes';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { freePortOfEach, type OfEach, ofEach, portVariable, serviceNames } from 'stack/stack';
import { createSystemClient } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import { makeFreshFolder } from './embedded-stack.ts';

interface Start {
  program: ChildProcess;
  exited: Promise<unknown[]>;
  output(): string;
}

let folder: string;
let ports: OfEach<number>;

beforeAll(async () => {
  folder = makeFreshFolder();
  ports = await freePortOfEach();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(env: Record<string, string> = {}): Start {
  const program = spawn(process.execPath, [join(repository, 'stack', 'dist', 'start.js')], {
    env: {
      ...process.env,
      ...env,
      DATA_FOLDER: folder,
      ...Object.fromEntries(serviceNames.map((name) => [portVariable(name), String(ports[name])])),
    },
  });
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
  return { program, exited: once(program, 'exit'), output: () => output };
}

async function startUntilReady(env?: Record<string, string>): Promise<Start> {
  const started = start(env);
  await waitUntil('the system is ready', async () => {
    if (started.program.exitCode !== null) throw new Error(started.output());
    return started.output().includes('ready: ');
  });
  return started;
}

const client = () => createSystemClient(ofEach((name) => ({ url: `http://127.0.0.1:${ports[name]}` })));

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );

test('Ctrl-C, even twice, stops everything, and the data are there at the next start', async () => {
  const first = await startUntilReady();
  expect(first.output()).toContain(`order-service http://127.0.0.1:${ports.order}`);
  const order = await client().placeOrder({ itemName: 'desk', quantity: 1, price: 300 });
  first.program.kill('SIGINT');
  first.program.kill('SIGINT');
  expect(await first.exited).toEqual([0, null]);
  for (const name of serviceNames) {
    expect(await answers(ports[name])).toBe(false);
    expect(existsSync(join(folder, `db-${name}`, 'data', 'postmaster.pid'))).toBe(false);
  }

  const second = await startUntilReady();
  expect(await client().findOrder(order.id)).toEqual(order);
  second.program.kill('SIGTERM');
  expect(await second.exited).toEqual([0, null]);
});

test('what it prints is for a person to read, and tells nothing of what the page reads', async () => {
  const started = await startUntilReady();
  expect(started.output()).toMatch(/^\S+Z info \[order-service\] listening url=/m);
  const door = `http://127.0.0.1:${ports.order}`;
  const { sagaId } = await client().placeOrder({ itemName: 'desk', quantity: 1, price: 300 });
  const reads = [
    '/',
    '/page/page.css',
    '/orders',
    '/sagas',
    `/sagas/${sagaId}/rows`,
    '/books',
    '/faults',
    '/docs',
    '/metrics',
  ];
  for (const path of reads) expect((await fetch(`${door}${path}`)).status).toBe(200);
  const changes = new AbortController();
  await fetch(`${door}/changes`, { headers: { accept: 'text/event-stream' }, signal: changes.signal });
  changes.abort();
  expect((await fetch(`${door}/nowhere`)).status).toBe(404);
  await waitUntil('the failure is told', async () => started.output().includes('GET /nowhere 404'));
  started.program.kill('SIGINT');
  await started.exited;
  expect(started.output()).toMatch(/^\S+Z info \[order-service\] POST \/orders 201 /m);
  expect(started.output().match(/GET \/.*/g)).toEqual([expect.stringMatching(/^GET \/nowhere 404 /)]);
});

test('LOG_FORMAT=json is obeyed', async () => {
  const started = await startUntilReady({ LOG_FORMAT: 'json' });
  started.program.kill('SIGINT');
  await started.exited;
  expect(started.output()).toMatch(/^\{.*"message":"listening".*\}$/m);
});

test('what crashes is told in one line and started again', async () => {
  const started = await startUntilReady();
  await sendRequest(`http://127.0.0.1:${ports.payment}/faults/charge`, {
    method: 'PUT',
    body: { mode: 'crash-before', times: 1 },
  });
  await client().placeOrderAsync({ itemName: 'desk', quantity: 1, price: 300 });
  await waitUntil('the crash is told', async () => started.output().includes('payment-service exited by itself'));
  expect(started.output().match(/^payment-service exited by itself \(1\): it is started again$/gm)).toHaveLength(1);
  await waitUntil('payment-service is back', () => answers(ports.payment));
  started.program.kill('SIGINT');
  expect(await started.exited).toEqual([0, null]);
  expect(await answers(ports.payment)).toBe(false);
});

test('Ctrl-C while it starts stops everything too', async () => {
  const started = start();
  await waitUntil('the first Postgres runs', async () =>
    serviceNames.some((name) => existsSync(join(folder, `db-${name}`, 'data', 'postmaster.pid'))),
  );
  started.program.kill('SIGINT');
  expect(await started.exited).toEqual([0, null]);
  for (const name of serviceNames) {
    expect(await answers(ports[name])).toBe(false);
    expect(existsSync(join(folder, `db-${name}`, 'data', 'postmaster.pid'))).toBe(false);
  }
});

test('a port that is taken is named, with the way out', async () => {
  const taken = createServer().listen(ports.payment);
  await once(taken, 'listening');
  const started = start();
  expect(await started.exited).toEqual([1, null]);
  expect(started.output()).toBe(
    `cannot start: port ${ports.payment} is taken: stop what listens there, or choose another one with PAYMENT_PORT=<port>\n`,
  );
  taken.close();
});

test('a start that was killed leaves nothing that keeps the next one from starting', async () => {
  const first = await startUntilReady();
  const order = await client().placeOrder({ itemName: 'desk', quantity: 1, price: 300 });
  const children = listChildren(first.program.pid as number);
  first.program.kill('SIGKILL');
  await first.exited;
  const refused = start();
  expect(await refused.exited).toEqual([1, null]);
  expect(refused.output()).toContain(`port ${ports.order} is taken`);
  for (const pid of children) process.kill(pid, 'SIGKILL');
  for (const name of serviceNames) {
    await waitUntil('the service is gone', async () => !(await answers(ports[name])));
    expect(existsSync(join(folder, `db-${name}`, 'data', 'postmaster.pid'))).toBe(true);
  }

  const second = await startUntilReady();
  expect(await client().findOrder(order.id)).toEqual(order);
  second.program.kill('SIGINT');
  expect(await second.exited).toEqual([0, null]);
}, 60_000);

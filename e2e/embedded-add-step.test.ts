import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from 'stack/free-port';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import { abridge, createCommandRunner, readCommands } from './document-commands.ts';
import { makeFreshFolder } from './embedded-stack.ts';
import { copyRepository, linkWorkspaces } from './repository-copy.ts';

const guide = readFileSync(join(repository, 'docs', 'add-a-step.md'), 'utf8');
/** A block, and the file that the line before it names: that of a new file. */
const blocks = [...guide.matchAll(/(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$/gms)].map((match) => {
  const [, file, language = '', content = ''] = match;
  return { file, language, content };
});
const commands = readCommands(guide);
const ports: number[] = [];
let copy: string;
let data: string;
let system: ChildProcess | undefined;

beforeAll(async () => {
  for (let count = 0; count < 4; count += 1) ports.push(await freePort());
  data = makeFreshFolder();
  copy = copyRepository();
});
afterAll(async () => {
  await stop();
  for (const folder of [copy, data]) rmSync(folder, { recursive: true, force: true });
}, 60_000);

const url = (index: number) => `http://127.0.0.1:${ports[index]}`;
const get = async (address: string) => (await sendRequest(address)).body;

/** What `make start` runs in that repository, on our ports and data. */
async function start(folder: string): Promise<void> {
  const [ORDER_PORT, PAYMENT_PORT, INVENTORY_PORT, SHIPPING_PORT] = ports.map(String);
  const env = { ORDER_PORT, PAYMENT_PORT, INVENTORY_PORT, SHIPPING_PORT, DATA_FOLDER: data, LEASE_MS: '1000' };
  const started = spawn(process.execPath, [join(folder, 'stack', 'dist', 'start.js')], {
    env: { ...process.env, ...env },
  });
  system = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk));
  const isReady = async () => {
    if (started.exitCode !== null) throw new Error(output);
    return output.includes('ready: ');
  };
  await waitUntil('the system is ready', isReady, 60_000);
}

async function stop(): Promise<void> {
  if (!system || system.exitCode !== null) return;
  system.kill('SIGTERM');
  await once(system, 'exit');
}

function follow({ file, language, content }: (typeof blocks)[number]): void {
  if (file) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), content);
  } else if (language === 'diff') {
    execFileSync('git', ['apply', '-'], { cwd: copy, input: content });
  } else {
    // Jest's own variables would reach the jest that the guide starts.
    const { NODE_ENV: _, JEST_WORKER_ID: __, ...env } = process.env;
    const script = `set -e; npm() { [[ $1 != install ]] || set -- install --package-lock-only --offline; command npm "$@"; }\n`;
    // Where the tools complain is up to them.
    execFileSync('bash', ['-c', `exec 2>&1; ${script}${content}`], { cwd: copy, env, stdio: 'pipe' });
    linkWorkspaces(copy);
  }
}

/** An order whose saga has got no further than the call of its second step. */
async function beginOrder(itemName: string): Promise<string> {
  const order = { itemName, quantity: 1, price: 10 };
  await sendRequest(`${url(2)}/faults/reserve`, { method: 'PUT', body: { mode: 'hang', times: 1 } });
  const headers = { prefer: 'respond-async' };
  const { body } = await sendRequest(`${url(0)}/orders`, { method: 'POST', body: order, headers });
  const sagaId = String(body['sagaId']);
  await waitUntil('inventory is called', async () => {
    const { log } = (await get(`${url(0)}/sagas/${sagaId}`)) as { log: { type: string; step: string | null }[] };
    return log.some(({ type, step }) => type === 'action-called' && step === 'inventory');
  });
  return sagaId;
}

test('the guide can be followed: what it makes builds, passes the linter and keeps the contract', () => {
  expect(blocks.filter(({ file }) => file).length).toBeGreaterThan(10);
  for (const block of blocks) {
    try {
      follow(block);
    } catch (error) {
      throw new Error(`${block.content}\n${(error as { stdout?: Buffer }).stdout ?? error}`);
    }
  }
}, 180_000);

test.each([
  ...['tsconfig.json', 'tsconfig.test.json', 'stack/tsconfig.json'],
  ...['Dockerfile', '.dockerignore', 'docker-compose.yml', '.env.example', 'observability/prometheus/prometheus.yml'],
])('what %s says of payment-service it says of the new one', (file) => {
  const lines = readFileSync(join(copy, file), 'utf8').split('\n');
  const ofPayment = lines.filter((line) => /payment/i.test(line));
  expect(ofPayment.length).toBeGreaterThan(0);
  const expected = ofPayment.map((line) =>
    line.replaceAll('payment', 'shipping').replaceAll('PAYMENT', 'SHIPPING').replaceAll('8001', '8003'),
  );
  expect(lines).toEqual(expect.arrayContaining(expected));
});

test('sagas that began with two steps end with two, completed or undone', async () => {
  await start(repository);
  const completing = await beginOrder('lamp');
  const failing = await beginOrder('unicorn');
  await stop();
  await start(copy);

  for (const [sagaId, status, second] of [
    [completing, 'COMPLETED', 'SUCCEEDED'],
    [failing, 'COMPENSATED', 'COMPENSATED'],
  ]) {
    const saga = await waitUntil(`saga ${sagaId} is ${status}`, async () => {
      const found = await get(`${url(0)}/sagas/${sagaId}`);
      return found['status'] === status && found;
    });
    const first = status === 'COMPLETED' ? 'SUCCEEDED' : 'COMPENSATED';
    expect(saga['steps']).toMatchObject([
      { name: 'payment', status: first },
      { name: 'inventory', status: second },
    ]);
    expect((await sendRequest(`${url(3)}/shipments/${sagaId}`)).status).toBe(404);
  }
}, 180_000);

describe('the new system answers as the guide says', () => {
  let run: ReturnType<typeof createCommandRunner>;
  beforeAll(() => {
    run = createCommandRunner(ports.map((_, index) => url(index)));
  });

  test.each(commands)('$command', async (command) => {
    const answer = await run(command);
    if (command.printed) expect(abridge(answer, command.printed)).toBe(command.printed);
  });

  test('in three steps', async () => {
    const { items } = (await get(`${url(0)}/sagas`)) as { items: { steps: { name: string; status: string }[] }[] };
    const [unknown, refused, completed] = items.map(({ steps }) => steps.map(({ status }) => status));
    expect(completed).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(refused).toEqual(['COMPENSATED', 'COMPENSATED', 'COMPENSATED']);
    expect(unknown).toEqual(['COMPENSATED', 'COMPENSATED', 'COMPENSATED']);
    const audit = await get(`${url(0)}/audit`);
    expect(audit).toMatchObject({ clean: true, inFlight: 0 });
  });
});

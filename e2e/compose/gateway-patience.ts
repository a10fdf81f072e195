import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import { readComposeFile } from '../observability-files.ts';
import type { ComposeStack } from './compose-stack.ts';
import { freezeContainer } from './frozen-process.ts';
import { runProgram } from './run-program.ts';

/** In place of the half minute of the configuration. */
const timeoutS = 2;
const certainlyLateMs = 4_000;

export function waitPatiently(stack: () => ComposeStack): void {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  let gateway: string;
  let url: string;

  // One more gateway, with our configuration but for short timeouts.
  beforeAll(async () => {
    const written = readFileSync(join(repository, 'gateway', 'haproxy.cfg'), 'utf8');
    const hasty = written.replaceAll(/timeout (client|server) \d+s/g, `timeout $1 ${timeoutS}s`);
    expect(hasty).not.toBe(written);
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, hasty);
    await runProgram('chmod', ['-R', 'a+rX', folder]);
    gateway = await runProgram('docker', [
      ...['run', '--rm', '--detach', '--network', `${stack().project}_services`, '--publish', '127.0.0.1::8000'],
      ...['--env', 'PORT=8000', '--volume', `${file}:/usr/local/etc/haproxy/haproxy.cfg:ro`],
      readComposeFile().services['gateway']?.image ?? '',
    ]);
    url = `http://${await runProgram('docker', ['port', gateway, '8000'])}`;
    await waitUntil('it knows the replica', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok);
  });
  afterAll(async () => {
    await runProgram('docker', ['kill', gateway]);
    rmSync(folder, { recursive: true });
  });

  test('an audit and an event stream may be silent for long, and nothing else that says it takes events', async () => {
    const ask = (path: string, accept: string) => fetch(url + path, { headers: { accept } });
    const asked = await freezeContainer(stack().nameContainer('order-service'), async () => {
      const requests = [
        ask('/audit', '*/*'),
        ask('/changes', 'text/event-stream'),
        ask('/changes', '*/*'),
        ask('/orders', 'text/event-stream'),
      ];
      await sleep(certainlyLateMs);
      return requests;
    });
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 503, 503]);

    const hungUp = new AbortController();
    const ended = answers[1]?.body?.pipeTo(new WritableStream(), hungUp).then(() => 'ended');
    expect(await Promise.race([ended, sleep(certainlyLateMs, 'open')])).toBe('open');
    hungUp.abort();
    await ended?.catch(() => {});
  });

  test('a client that falls silent is let go, whatever it says it takes', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
    const headers = 'host: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: 10';
    socket.write(`POST /orders HTTP/1.1\r\n${headers}\r\n\r\nhalf`);
    const [answer] = await Promise.race([once(socket, 'data'), sleep(certainlyLateMs, ['none'])]);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });
}

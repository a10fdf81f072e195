import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpServer, listen } from '../src/http-server.ts';

type Answer = (text: string) => void;

/** A server that keeps each request until the test answers it. */
async function startHoldingServer(): Promise<{ server: HttpServer; arrived: Promise<Answer> }> {
  let arrive: (answer: Answer) => void;
  const arrived = new Promise<Answer>((resolve) => {
    arrive = resolve;
  });
  const server = await listen((_request, response) => arrive((text) => response.end(text)), 0);
  return { server, arrived };
}

const agent = new http.Agent({ keepAlive: true });
afterAll(() => agent.destroy());

async function get(url: string): Promise<string> {
  const request = http.get(url, { agent });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return (await response.setEncoding('utf8').toArray()).join('');
}

/** All that a connection answers until it is closed, to whom sends this and then nothing. */
async function sendAndFallSilent(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
  socket.write(text);
  return (await socket.toArray()).join('');
}

/** Whether a connection can be made. */
async function accepts(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test('a request under way ends before the server does, and its connection is not kept', async () => {
  const { server, arrived } = await startHoldingServer();
  const answered = get(server.url);
  const answer = await arrived;
  const startedAt = performance.now();
  const closed = server.close(20_000);
  while (await accepts(server.url));
  answer('done');
  expect(await answered).toBe('done');
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a request that does not end is cut after the timeout', async () => {
  const { server, arrived } = await startHoldingServer();
  const answered = get(server.url);
  const cut = expect(answered).rejects.toMatchObject({ code: 'ECONNRESET' });
  await arrived;
  await server.close(100);
  await cut;
});

test('an idle connection does not hold the end up', async () => {
  const { server, arrived } = await startHoldingServer();
  const answered = get(server.url);
  (await arrived)('done');
  await answered;
  const startedAt = performance.now();
  await server.close(20_000);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a port that is taken is told', async () => {
  const { server } = await startHoldingServer();
  await expect(listen(() => {}, Number(new URL(server.url).port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close(0);
});

describe('a request has some time to arrive', () => {
  const timeoutMs = 200;
  /** Node looks for what is late once a second: after this it has done so. */
  const certainlyLateMs = 2_500;

  test.each([
    ['headers', 'POST / HTTP/1.1\r\nhost: x\r\n'],
    ['a body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf'],
  ])('with half of %s it is answered 408 and closed', async (_what, text) => {
    const server = await listen((request) => void request.on('error', () => {}).resume(), 0, timeoutMs);
    expect(await sendAndFallSilent(server.url, text)).toMatch(/^HTTP\/1.1 408 .*\r\nconnection: close\r\n/i);
    await server.close(0);
  });

  test('its answer may take longer, and so may the end of a stream', async () => {
    const server = await listen(
      async (request, response) => {
        for await (const _chunk of request);
        if (request.url === '/stream') response.write('some, ');
        await sleep(certainlyLateMs);
        response.end('done');
      },
      0,
      timeoutMs,
    );
    const post = async (path: string) => (await fetch(server.url + path, { method: 'POST', body: '{}' })).text();
    expect(await Promise.all([post('/'), post('/stream')])).toEqual(['done', 'some, done']);
    await server.close(0);
  });
});

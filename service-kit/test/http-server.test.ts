import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
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

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateLoad } from '../src/load-generation.ts';
import type { LoadPlan } from '../src/load-plan.ts';

interface Asked {
  number: number;
  body: { itemName: string };
  prefer: string | undefined;
}

/** What the server answers with from now on. */
let respond: (asked: Asked) => { status: number; order: string };
let asked: Asked[];
let server: Server;
let plan: Pick<LoadPlan, 'orderUrl' | 'mix' | 'products'>;
const notStopped = new AbortController().signal;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = {
      number: asked.length + 1,
      body: JSON.parse(Buffer.concat(chunks).toString()),
      prefer: request.headers['prefer'] as string | undefined,
    };
    asked.push(one);
    const { status, order } = respond(one);
    const body = JSON.stringify({ status: order });
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  plan = { orderUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, mix: 'happy', products: 3 };
});
beforeEach(() => {
  asked = [];
  respond = () => ({ status: 201, order: 'COMPLETED' });
});
afterAll(() => server.close());

test('a closed loop places as many orders as it was told, spread over the products', async () => {
  const result = await generateLoad({ ...plan, pace: { clients: 4 }, until: { orders: 30 } }, notStopped);
  expect(result).toMatchObject({ accepted: { count: 30 }, refused: { count: 0 }, mistake: null });
  for (const product of ['bench-1', 'bench-2', 'bench-3']) {
    expect(asked.filter(({ body }) => body.itemName === product)).toHaveLength(10);
  }
});

test.each([
  ['another end than expected', 201, 'CANCELLED'],
  ['an order that is not over', 202, 'COMPLETED'],
  ['an error', 500, 'COMPLETED'],
  ['a refusal that is not planned for', 503, 'COMPLETED'],
])('%s is a mistake and ends the load', async (_name, status, order) => {
  respond = ({ number }) => (number === 5 ? { status, order } : { status: 201, order: 'COMPLETED' });
  const result = await generateLoad({ ...plan, pace: { clients: 1 }, until: { orders: 30 } }, notStopped);
  expect(result.mistake).toBe(`COMPLETED was expected and HTTP ${status} answered: {"status":"${order}"}`);
  expect(asked).toHaveLength(5);
});

test('a server that is not there is a mistake', async () => {
  const nowhere = { ...plan, orderUrl: 'http://127.0.0.1:1' };
  const result = await generateLoad({ ...nowhere, pace: { clients: 2 }, until: { seconds: 5 } }, notStopped);
  expect(result.mistake).toContain('ECONNREFUSED');
});

test('orders come at their rate, and refusals are counted apart', async () => {
  respond = ({ number }) => (number % 2 === 0 ? { status: 503, order: '' } : { status: 201, order: 'COMPLETED' });
  const pace = { ordersPerSecond: 200 };
  const result = await generateLoad({ ...plan, pace, until: { seconds: 0.5 }, mayBeRefused: true }, notStopped);
  expect(result.mistake).toBeNull();
  expect(result.accepted.count + result.refused.count).toBe(asked.length);
  expect(asked.length).toBeGreaterThan(80);
  expect(asked.length).toBeLessThanOrEqual(101);
  expect(Math.abs(result.accepted.count - result.refused.count)).toBeLessThanOrEqual(1);
});

test('it can be told to stop, and prefers answers at once if it is planned so', async () => {
  respond = () => ({ status: 202, order: 'PENDING' });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const result = await generateLoad({ ...plan, pace: { clients: 2 }, until: {}, respondAsync: true }, stop.signal);
  expect(result).toMatchObject({ accepted: { count: asked.length }, mistake: null });
  expect(asked.every(({ prefer }) => prefer === 'respond-async')).toBe(true);
});

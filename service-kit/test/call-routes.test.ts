import { Registry } from 'prom-client';
import supertest from 'supertest';
import { z } from 'zod';
import { type Call, callRoutes } from '../src/call-routes.ts';
import { createHttpApp } from '../src/http-app.ts';
import { createLogger } from '../src/logger.ts';
import { commonProblem } from '../src/problem.ts';
import { currentContext } from '../src/request-context.ts';
import { validate } from '../src/request-input.ts';
import { captureLog } from './captured-log.ts';
import { expectProblem } from './problem-expectation.ts';

const logger = createLogger('shop', { logLevel: 'info', logFormat: 'json' });
const lines = captureLog(logger);
beforeEach(() => void lines.splice(0));

const waiting: (() => void)[] = [];
const calls: Record<string, Call> = {
  '/shop/echo': async (body) => validate(z.object({ text: z.string() }), body),
  '/shop/context': async () => ({ ...currentContext() }),
  '/shop/busy': async () => {
    throw commonProblem('service-unavailable');
  },
  '/shop/broken': async () => {
    throw new Error('the password is hunter2');
  },
  // Answers once three of them run.
  '/shop/three': async () => {
    const all = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === 3) for (const go of waiting.splice(0)) go();
    await all;
    return {};
  },
};
const api = { title: 'shop', description: 'A shop.', tags: {}, problems: {}, operations: [] };
const routes = callRoutes(calls, '/shop/batch', logger);
const app = supertest(createHttpApp({ logger, routes, api, registry: new Registry(), checkReady: async () => {} }));

const batch = (requests: object[]) => app.post('/shop/batch').send({ requests });
const request = (url: string, body: object = {}, id?: string) => ({
  url,
  body,
  ...(id !== undefined && { headers: { 'x-request-id': id } }),
});

test('each call of a batch is answered in its place, as it is by itself', async () => {
  const requests = [
    request('/shop/echo', { text: 'a' }),
    request('/shop/echo', { text: 1 }),
    request('/shop/busy'),
    request('/shop/broken'),
    request('/shop/nowhere'),
    request('/shop/batch'),
    request('/shop/echo', { text: 'b' }),
  ];
  const { responses } = (await batch(requests).expect(200)).body;
  expect(responses.map(({ status }: { status: number }) => status)).toEqual([200, 400, 503, 500, 404, 404, 200]);
  for (const [index, { url, body }] of requests.entries()) {
    if (url === '/shop/batch') continue;
    const alone = await app.post(url).send(body);
    const retryAfter = alone.headers['retry-after'];
    expect(responses[index]).toEqual({
      status: alone.status,
      ...(retryAfter && { headers: { 'retry-after': retryAfter } }),
      body: alone.body,
    });
  }
});

test('the calls of a batch run at once', async () => {
  const { responses } = (await batch(Array(3).fill(request('/shop/three')))).body;
  expect(responses).toEqual(Array(3).fill({ status: 200, body: {} }));
});

test('each call has the request id that it was given, or one of its own', async () => {
  const requests = [undefined, 'mine', 'with blank', 'yours'].map((id) => request('/shop/context', {}, id));
  const response = await batch(requests).set('x-request-id', 'all');
  expect(response.headers['x-request-id']).toBe('all');
  const ids = response.body.responses.map(({ body }: { body: { requestId: string } }) => body.requestId);
  const newOne = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(ids).toEqual([newOne, 'mine', newOne, 'yours']);
  expect(new Set([...ids, 'all']).size).toBe(5);
});

test('each call leaves the log lines that it leaves by itself', async () => {
  await batch([request('/shop/echo', { text: 'a' }, 'one'), request('/shop/broken', {}, 'two')]).set(
    'x-request-id',
    'all',
  );
  const logged = (id: string) => lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === id);
  const durationMs = expect.any(Number);
  expect(logged('one')).toMatchObject([{ level: 'info', message: 'POST /shop/echo 200', durationMs }]);
  expect(logged('two')).toMatchObject([
    { level: 'error', message: 'request failed', error: 'the password is hunter2' },
    { level: 'info', message: 'POST /shop/broken 500', durationMs },
  ]);
  expect(logged('all')).toMatchObject([{ level: 'info', message: 'POST /shop/batch 200', durationMs }]);
  expect(lines).toHaveLength(4);
});

test.each([
  ['no requests', {}],
  ['an empty list of them', { requests: [] }],
  ['21 of them', { requests: Array(21).fill(request('/shop/echo')) }],
  ['one without a url', { requests: [{ body: {} }] }],
  ['a url of another host', { requests: [request('http://shop.example/shop/echo')] }],
  ['a url that no log can hold', { requests: [request('/shop/\n')] }],
  ['a request id that is no text', { requests: [{ ...request('/shop/echo'), headers: { 'x-request-id': 1 } }] }],
])('a batch of %s is refused as a whole', async (_what, body) => {
  expectProblem(await app.post('/shop/batch').send(body), 400, 'validation-failed');
});

test('20 calls are a batch', async () => {
  const { responses } = (await batch(Array(20).fill(request('/shop/echo', { text: 'a' }))).expect(200)).body;
  expect(responses).toHaveLength(20);
});

test.each(['/shop/batch', '/shop/echo'])('what is no JSON is refused by %s', async (path) => {
  expectProblem(await app.post(path).type('text/plain').send('{}'), 415, 'unsupported-media-type');
  expectProblem(await app.post(path), 415, 'unsupported-media-type');
});

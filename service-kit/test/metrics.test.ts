import { once } from 'node:events';
import http from 'node:http';
import { Router } from 'express';
import { Registry } from 'prom-client';
import { createHttpApp } from '../src/http-app.ts';
import { type HttpServer, listen } from '../src/http-server.ts';
import { createLogger } from '../src/logger.ts';
import { readMetrics } from './exposition.ts';

const logger = createLogger('shop', { logLevel: 'error', logFormat: 'json' });
const api = { title: 'shop', description: 'A shop.', tags: {}, problems: {}, operations: [] };

/** A service of its own, as several of them run in one process of tests. */
function startShop(): Promise<HttpServer> {
  const routes = Router();
  routes.get('/items/:id', (_request, response) => void response.json({}));
  routes.get('/wait', (_request, response) => void response.write('so far'));
  routes.get('/broken', () => {
    throw new Error('broken');
  });
  const checkReady = async () => {};
  return listen(createHttpApp({ logger, routes, api, registry: new Registry(), checkReady }), 0);
}

let shop: HttpServer;
beforeEach(async () => {
  logger.silent = true;
  shop = await startShop();
});
afterEach(() => shop.close(0));

const countRequests = async (labels: Record<string, string> = {}) =>
  (await readMetrics(shop.url)).sum('http_request_duration_seconds_count', labels);
const request = async (path: string, method = 'GET') => void (await fetch(`${shop.url}${path}`, { method })).text();

test('/metrics is answered in the text format, with an id like everything', async () => {
  const response = await fetch(`${shop.url}/metrics`, { headers: { 'x-request-id': 'mine' } });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('x-request-id')).toBe('mine');
});

test('names tell units and counters', async () => {
  const { types } = await readMetrics(shop.url);
  const ours = [...types].filter(([name]) => !/^(process|nodejs)_/.test(name));
  expect(ours).toContainEqual(['http_request_duration_seconds', 'histogram']);
  for (const [name, type] of ours) {
    expect([name, /_total$/.test(name)]).toEqual([name, type === 'counter']);
    expect(name).not.toMatch(/_(ms|milliseconds|minutes)\b/);
  }
});

test('the process is measured, its event loop too', async () => {
  const metrics = await readMetrics(shop.url);
  expect(metrics.sum('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  expect(metrics.sum('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
});

test('requests are counted by pattern of their route, method and status', async () => {
  await request('/items/1');
  await request('/items/2?a=b');
  await request('/broken');
  expect(await countRequests({ method: 'GET', route: '/items/:id', status: '200' })).toBe(2);
  expect(await countRequests({ method: 'GET', route: '/broken', status: '500' })).toBe(1);
});

test('every request counts in each bucket that it fits in', async () => {
  await request('/items/1');
  const { sum } = await readMetrics(shop.url);
  expect(sum('http_request_duration_seconds_bucket', { route: '/items/:id', le: '15' })).toBe(1);
  expect(sum('http_request_duration_seconds_bucket', { route: '/items/:id', le: '+Inf' })).toBe(1);
  expect(sum('http_request_duration_seconds_sum')).toBeGreaterThan(0);
});

test('a request that its client gives up is told apart', async () => {
  const asked = http.get(`${shop.url}/wait`);
  const [response] = await once(asked, 'response');
  await once(response, 'data');
  asked.destroy();
  while ((await countRequests({ route: '/wait', status: 'aborted' })) !== 1);
});

test('nothing that clients make up becomes a label', async () => {
  await request('/items/0');
  await request('/nowhere');
  const countSamples = async () =>
    [...(await readMetrics(shop.url)).samples.keys()].filter((sample) => sample.startsWith('http_')).length;
  const before = await countSamples();
  for (let i = 0; i < 50; i += 1) {
    await request(`/items/${i}`);
    await request(`/nowhere/${i}?x=${i}`);
    await request(`/${'%20'.repeat(i)}`);
  }
  for (const method of ['PROPFIND', 'PATCH', 'DELETE', 'MKCOL', 'PURGE', 'LOCK']) await request('/nowhere', method);
  expect(await countRequests({ route: 'unmatched' })).toBe(107);
  expect(await countSamples()).toBe(before);
});

test('probes and scrapes are not counted', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics']) await request(path);
  expect(await countRequests()).toBeUndefined();
});

test('two services in one process do not count for each other', async () => {
  const other = await startShop();
  await request('/items/1');
  expect((await readMetrics(other.url)).sum('http_request_duration_seconds_count')).toBeUndefined();
  await other.close(0);
});

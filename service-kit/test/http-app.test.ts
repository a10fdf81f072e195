import { once } from 'node:events';
import { connect } from 'node:net';
import express, { Router } from 'express';
import { Registry } from 'prom-client';
import { freePort } from 'stack/free-port';
import { waitUntil } from 'stack/wait-until';
import supertest from 'supertest';
import { z } from 'zod';
import { openDatabase } from '../src/database.ts';
import { createHttpApp } from '../src/http-app.ts';
import { listen } from '../src/http-server.ts';
import { createLogger } from '../src/logger.ts';
import { commonProblem, commonProblems } from '../src/problem.ts';
import { currentContext } from '../src/request-context.ts';
import { readBody, readQuery } from '../src/request-input.ts';
import { captureLog } from './captured-log.ts';
import { expectProblem } from './problem-expectation.ts';
import { expectUnreadable, unreadableBodies } from './refused-requests.ts';

const logger = createLogger('shop', { logLevel: 'info', logFormat: 'json' });
const lines = captureLog(logger);
let checkReady = async () => {};

const routes = Router();
routes.get('/context', (_request, response) => void response.json(currentContext()));
routes.post('/echo', (request, response) => void response.json(readBody(request, z.object({ text: z.string() }))));
routes.get('/items/:id', (request, response) => void response.json(request.params));
routes.get('/items', (request, response) => void response.json(readQuery(request, z.looseObject({}))));
const rawRoutes = Router().post('/raw', express.raw({ type: () => true }), (request, response) => {
  response.send(request.body);
});
routes.get('/broken', async () => {
  throw new Error('the password is hunter2', { cause: new Error('of the vault') });
});
routes.get('/busy', () => {
  throw commonProblem('service-unavailable');
});
routes.get('/events', (_request, response) => void response.type('text/event-stream').write(':\n\n'));
routes.get('/stalled', (_request, response) => void response.write('half'));
routes.get('/half', (_request, response) => {
  response.write('half');
  throw new Error('too late');
});

const api = { title: 'shop', description: 'A shop.', tags: {}, problems: {}, operations: [] };
const handle = createHttpApp({
  logger,
  routes,
  rawRoutes,
  api,
  registry: new Registry(),
  checkReady: () => checkReady(),
});
const app = supertest(handle);
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}$/;

beforeEach(() => void lines.splice(0));

function logged(): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line));
}

describe('request ids', () => {
  test('a request id is echoed and is the context of the work', async () => {
    const response = await app.get('/context').set('x-request-id', 'my-id:1').expect(200);
    expect(response.headers['x-request-id']).toBe('my-id:1');
    expect(response.body).toEqual({ requestId: 'my-id:1' });
  });

  test('a request without one gets one', async () => {
    const response = await app.get('/context');
    expect(response.headers['x-request-id']).toMatch(uuidv7);
    expect(response.body).toEqual({ requestId: response.headers['x-request-id'] });
  });

  test.each(['with blank', 'a'.repeat(129), 'é', 'a\tb', ''])('the id %j is replaced', async (id) => {
    const response = await app.get('/context').set('x-request-id', id);
    expect(response.headers['x-request-id']).toMatch(uuidv7);
  });

  test.each(['/nowhere', '/broken', '/healthz', '/readyz'])('%s answers with it too', async (path) => {
    expect((await app.get(path).set('x-request-id', 'mine')).headers['x-request-id']).toBe('mine');
  });
});

describe('errors', () => {
  test('an unknown path is a 404 that names it', async () => {
    expectProblem(await app.get('/nowhere?x=1'), 404, 'route-not-found');
    expect((await app.get('/nowhere?x=1')).body.detail).toBe('GET /nowhere');
    expectProblem(await app.delete('/echo'), 404, 'route-not-found');
  });

  test('an error that is thrown says nothing about itself but in the log', async () => {
    const response = await app.get('/broken');
    expect(expectProblem(response, 500, 'internal-error')).toEqual({
      type: '/problems/internal-error',
      title: 'The service failed',
      status: 500,
    });
    const error = logged().find(({ level }) => level === 'error');
    expect(error).toMatchObject({ error: 'the password is hunter2 <- of the vault' });
    expect(error?.['requestId']).toBe(response.headers['x-request-id']);
  });

  test('an error in the middle of an answer cuts it', async () => {
    await expect(app.get('/half')).rejects.toThrow('aborted');
  });

  test('a problem that asks to be left alone says how long', async () => {
    const response = await app.get('/busy');
    expectProblem(response, 503, 'service-unavailable');
    expect(response.headers['retry-after']).toBe('1');
  });

  test('a path that cannot be decoded is a 400', async () => {
    expectProblem(await app.get('/items/%E0%A4%A'), 400, 'malformed-request');
  });

  test.each(['%ff', 'a=%C3', '%ED%A0%80=1', 'a=b&c=%E9'])('the query ?%s cannot be decoded: a 400', async (query) => {
    expectProblem(await app.get(`/items?${query}`), 400, 'malformed-request');
  });

  test('a query is read as UTF-8', async () => {
    expect((await app.get('/items?a=caf%C3%A9&b=1+2&b=%25')).body).toEqual({ a: 'café', b: ['1 2', '%'] });
    expect((await app.get('/items')).body).toEqual({});
  });

  test.each(['utf-8', 'UTF-8', '"utf-8"', '"Utf-8"'])('a body with the charset %s is read', async (charset) => {
    const request = app.post('/echo').set('content-type', `application/json; charset=${charset}`);
    expect((await request.send('{"text":"café"}')).body).toEqual({ text: 'café' });
  });

  test.each(unreadableBodies)('a body %s is refused', async (_what, type, body, status, problem) => {
    await expectUnreadable(app.post('/echo'), type, body, status, problem);
  });

  test('a route that passes a body on gets it as it came', async () => {
    const bytes = Buffer.from('{"text":"\xe9"}', 'latin1');
    const request = app
      .post('/raw')
      .set('content-type', 'application/json')
      .serialize((body) => body as never);
    const { body } = await request.send(bytes).expect(200);
    expect(body).toEqual(bytes);
  });

  test.each(['{"text":', '{text:1}', '"text"', 'null', 'NaN', '', '\u0000'])('the body %j is a 400', async (body) => {
    const response = await app.post('/echo').type('json').send(body);
    expectProblem(response, 400, body === '' ? 'validation-failed' : 'malformed-request');
  });

  test('a body of 16 kB is read, and one byte more is a 413', async () => {
    const body = (bytes: number) => `{"text":"${'x'.repeat(bytes - 11)}"}`;
    expect(
      (
        await app
          .post('/echo')
          .type('json')
          .send(body(16 * 1024))
      ).status,
    ).toBe(200);
    expectProblem(
      await app
        .post('/echo')
        .type('json')
        .send(body(16 * 1024 + 1)),
      413,
      'payload-too-large',
    );
  });

  test.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json', { 'content-encoding': 'compress' }],
  ])('a body of %s %j is a 415', async (type, headers) => {
    const response = await app.post('/echo').set('content-type', type).set(headers).send('{"text":"a"}');
    expectProblem(response, 415, 'unsupported-media-type');
  });

  test('no body at all is a 415', async () => {
    expectProblem(await app.post('/echo'), 415, 'unsupported-media-type');
  });

  test('a body that does not meet the schema names its fields', async () => {
    const response = await app.post('/echo').send({ text: 1 });
    expect(expectProblem(response, 400, 'validation-failed').errors?.map(({ field }) => field)).toEqual(['text']);
  });
});

describe('problem types', () => {
  test('the type of a problem leads to what to do about it', async () => {
    const { type } = expectProblem(await app.get('/busy'), 503, 'service-unavailable');
    const { body } = await app.get(type).expect(200);
    expect(body).toEqual({ type, ...commonProblems['service-unavailable'] });
  });

  test('a browser gets a page', async () => {
    const response = await app.get('/problems/route-not-found').set('accept', 'text/html,*/*;q=0.8').expect(200);
    expect(response.type).toBe('text/html');
    expect(response.text).toContain('<code>FAULTS=on</code>');
  });

  test.each(['nothing', 'constructor', '__proto__'])('%s is no problem type', async (name) => {
    expectProblem(await app.get(`/problems/${name}`), 404, 'route-not-found');
  });
});

describe('health', () => {
  test('it is alive, whatever its database does', async () => {
    checkReady = () => Promise.reject(new Error('no'));
    expect((await app.get('/healthz').expect(200)).body).toEqual({ status: 'alive' });
  });

  test('it is ready while its check succeeds', async () => {
    checkReady = async () => {};
    expect((await app.get('/readyz').expect(200)).body).toEqual({ status: 'ready' });
  });

  test('it is not ready while its database is away', async () => {
    const database = openDatabase(`postgres://postgres@127.0.0.1:${await freePort()}/none`, 1);
    checkReady = database.check;
    const response = await app.get('/readyz');
    expectProblem(response, 503, 'service-unavailable');
    expect(response.headers['retry-after']).toBe('1');
    await database.close();
  });
});

describe('the log', () => {
  test('a request is one line with its id and how long it took', async () => {
    logger.level = 'debug';
    await app.get('/items/7?a=b').set('x-request-id', 'mine');
    logger.level = 'info';
    expect(logged()).toEqual([
      expect.objectContaining({
        level: 'debug',
        message: 'GET /items/7?a=b 200',
        requestId: 'mine',
        durationMs: expect.any(Number),
      }),
    ]);
  });

  test('a body that does not arrive in time is no failure of the service', async () => {
    const server = await listen(handle, 0, 200);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').resume();
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\nhalf');
    await once(socket, 'end');
    await server.close(1_000);
    expect(logged().map(({ level, message }) => [level, message])).toEqual([['info', 'POST /echo aborted']]);
  });

  test('reads that were answered are below the usual level; writes and failures are not', async () => {
    await app.get('/items/7').expect(200);
    await app.head('/items/7').expect(200);
    await app.get('/docs').expect(200);
    await app.get('/nowhere').expect(404);
    await app.post('/echo').send({ text: 'a' }).expect(200);
    await app.get('/busy').expect(503);
    expect(logged().filter(({ durationMs }) => durationMs !== undefined)).toMatchObject([
      { level: 'info', message: 'GET /nowhere 404' },
      { level: 'info', message: 'POST /echo 200' },
      { level: 'info', message: 'GET /busy 503' },
    ]);
  });

  test('a stream of events is a read that was answered, whoever ends it; an answer that is cut is none', async () => {
    const server = await listen(handle, 0);
    for (const path of ['/events', '/stalled']) {
      const leaving = new AbortController();
      const { body } = await fetch(`${server.url}${path}`, { signal: leaving.signal });
      await body?.getReader().read();
      leaving.abort();
    }
    await waitUntil('the cut answer is logged', async () => lines.length > 0);
    await server.close(1_000);
    expect(logged().map(({ message }) => message)).toEqual(['GET /stalled aborted']);
  });

  test('probes are not logged', async () => {
    checkReady = async () => {};
    await app.get('/healthz');
    await app.get('/readyz');
    expect(lines).toEqual([]);
  });
});

import type { RequestListener, ServerResponse } from 'node:http';
import { type HttpServer, listen } from 'service-kit/http-server';
import { newId } from 'service-kit/ids';
import { createInventoryProxy } from '../src/participants/inventory-proxy.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';
import type { CallResult } from '../src/saga/saga-events.ts';

/** A participant that answers whatever a test wants. */
let server: HttpServer;
let answer: RequestListener;
beforeAll(async () => {
  server = await listen((request, response) => answer(request, response), 0);
});
afterAll(() => server.close(0));

const sagaId = newId();
const order = {
  orderId: newId(),
  itemName: 'apple',
  quantity: 1,
  amountCents: 100,
  failPayment: false,
  failInventory: false,
};

function call(name: 'charge' | 'refund' | 'reserve' | 'release', timeoutMs = 5_000): Promise<CallResult> {
  const proxies = { ...createPaymentProxy(server.url), ...createInventoryProxy(server.url) };
  return proxies[name](order, { sagaId, attempt: 1, timeoutMs });
}

function answerWith(status: number, contentType: string, body: string, headers: Record<string, string> = {}): void {
  answer = (_request, response) => response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

const json = 'application/json';
const problemJson = 'application/problem+json';
const problem = (status: number, type = '/problems/any') => JSON.stringify({ type, title: 'Any', status });

describe('a 2xx that meets the contract', () => {
  test.each([
    ['charge', { sagaId, status: 'CHARGED', receiptId: 'r' }],
    ['refund', { sagaId, status: 'REFUNDED' }],
    ['refund', { sagaId, status: 'VOIDED', amount: null }],
    ['reserve', { sagaId, status: 'RESERVED', reservationId: 'r', more: { than: 'asked' } }],
    ['release', { sagaId, status: 'RELEASED' }],
    ['release', { sagaId, status: 'VOIDED' }],
  ] as const)('%s takes %j, whatever else it says', async (name, body) => {
    answerWith(200, json, JSON.stringify(body));
    expect(await call(name)).toEqual({ outcome: 'succeeded', httpStatus: 200 });
    answerWith(201, 'application/json; charset=utf-8', JSON.stringify(body));
    expect(await call(name)).toEqual({ outcome: 'succeeded', httpStatus: 201 });
  });
});

describe("a 2xx that is not the contract's is unknown", () => {
  const charged = { sagaId, status: 'CHARGED', receiptId: 'r' };
  const reserved = { sagaId, status: 'RESERVED', reservationId: 'r' };
  const bodies = [
    ['charge', 'another saga', JSON.stringify({ ...charged, sagaId: newId() })],
    ['charge', 'another status', JSON.stringify({ ...charged, status: 'REFUNDED' })],
    ['charge', 'no receipt', JSON.stringify({ ...charged, receiptId: undefined })],
    ['charge', 'an empty receipt', JSON.stringify({ ...charged, receiptId: '' })],
    ['charge', 'a receipt that is a number', JSON.stringify({ ...charged, receiptId: 7 })],
    ['charge', 'HTML', '<html>welcome</html>'],
    ['charge', 'broken JSON', '{"sagaId":'],
    ['charge', 'nothing', ''],
    ['charge', 'null', 'null'],
    ['charge', 'a list', JSON.stringify([charged])],
    ['refund', 'another saga', JSON.stringify({ sagaId: newId(), status: 'REFUNDED' })],
    ['refund', 'another status', JSON.stringify({ sagaId, status: 'CHARGED' })],
    ['reserve', 'another saga', JSON.stringify({ ...reserved, sagaId: newId() })],
    ['reserve', 'another status', JSON.stringify({ ...reserved, status: 'VOIDED' })],
    ['reserve', 'no reservation', JSON.stringify({ ...reserved, reservationId: null })],
    ['release', 'another saga', JSON.stringify({ sagaId: newId(), status: 'RELEASED' })],
    ['release', 'another status', JSON.stringify({ sagaId, status: 'RESERVED' })],
  ] as const;

  test.each(bodies)('%s answered with %s', async (name, _what, body) => {
    answerWith(200, json, body);
    const result = await call(name);
    expect(result).toMatchObject({ outcome: 'unknown', kind: 'contract', httpStatus: 200 });
    expect(result.reason).toMatch(/contract/);
    expect(result.transient ?? false).toBe(false);
  });

  test.each([true, false])('charge answered with a huge body (its length told: %p)', async (told) => {
    const huge = JSON.stringify({ ...charged, more: 'x'.repeat(1024 * 1024) });
    answerWith(200, json, huge, told ? { 'content-length': String(huge.length) } : {});
    const result = await call('charge');
    expect(result).toMatchObject({ outcome: 'unknown', kind: 'contract' });
    expect(result.transient ?? false).toBe(false);
  });
});

describe('other statuses', () => {
  test.each([400, 404, 409, 410, 422, 451])('a problem document with %d is a rejection', async (status) => {
    answerWith(status, `${problemJson}; charset=utf-8`, problem(status, 'https://shop.example/problems/closed'));
    const rejected = { outcome: 'rejected', kind: 'rejection', httpStatus: status, reason: 'closed: Any' };
    expect(await call('charge')).toEqual(rejected);
    expect(await call('release')).toEqual(rejected);
  });

  test.each([401, 403, 421])(
    'a problem document with %d is not sent; that of something between is unknown',
    async (status) => {
      const notSent = { outcome: 'not-sent', kind: 'http-status', httpStatus: status, transient: true };
      answerWith(status, problemJson, problem(status));
      expect(await call('charge')).toEqual({ ...notSent, reason: `HTTP ${status} any` });
      answerWith(status, 'text/html', '<h1>Go away</h1>');
      const unknown = { outcome: 'unknown', kind: 'http-status', httpStatus: status, transient: false };
      expect(await call('release')).toEqual({ ...unknown, reason: `HTTP ${status}` });
    },
  );

  test.each([
    [408, false],
    [425, false],
    [429, true],
    [500, false],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
  ])('a problem document with %d is unknown (transient: %p)', async (status, transient) => {
    answerWith(status, problemJson, problem(status));
    const reason = `HTTP ${status} any`;
    expect(await call('charge')).toEqual({
      outcome: 'unknown',
      kind: 'http-status',
      httpStatus: status,
      reason,
      transient,
    });
  });

  test.each([
    ['a 404 of another server', 404, 'text/html', '<h1>Not Found</h1>'],
    ['a 409 in JSON', 409, json, problem(409)],
    ['a 409 whose document says 400', 409, problemJson, problem(400)],
    ['a 409 whose document is broken', 409, problemJson, '{'],
    ['a 409 whose document is empty', 409, problemJson, ''],
    ['a 400 of nothing', 400, 'text/plain', ''],
    ['a 304', 304, json, ''],
  ])('%s is unknown', async (_what, status, contentType, body) => {
    answerWith(status, contentType, body);
    const reason = `HTTP ${status}`;
    const result = { outcome: 'unknown', kind: 'http-status', httpStatus: status, reason, transient: false };
    expect(await call('charge')).toEqual(result);
  });

  test.each([301, 302, 303, 307, 308])('a %d is unknown, and is not followed', async (status) => {
    let requests = 0;
    answer = (_request, response) => {
      requests += 1;
      response.writeHead(status, { location: `${server.url}/elsewhere` }).end();
    };
    expect(await call('charge')).toMatchObject({ outcome: 'unknown', kind: 'http-status', httpStatus: status });
    expect(requests).toBe(1);
  });

  test.each([
    [503, '2', 2000],
    [429, '0', 0],
    [429, '120', 120_000],
    [503, 'Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [503, '-1', undefined],
    [503, '1.5', undefined],
    [503, 'soon', undefined],
  ])('a %d with Retry-After: %s asks for %p ms', async (status, header, retryAfterMs) => {
    answerWith(status, problemJson, problem(status), { 'retry-after': header });
    const result = await call('charge');
    expect(result).toMatchObject({ outcome: 'unknown', httpStatus: status, transient: true });
    expect(result.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('no answer', () => {
  const timeout = { outcome: 'unknown', kind: 'timeout', reason: 'no answer within 100 ms', transient: true };
  const network = { outcome: 'unknown', kind: 'network', transient: true };
  const half = (response: ServerResponse) => response.writeHead(200, { 'content-length': '100' }).write('{"sagaId":');

  test('none in time is a timeout', async () => {
    answer = () => {};
    expect(await call('charge', 100)).toEqual(timeout);
  });

  test('half of one in time is a timeout', async () => {
    answer = (_request, response) => half(response);
    expect(await call('charge', 100)).toEqual(timeout);
  });

  test('a connection cut before the answer is a failure of the network', async () => {
    answer = (request) => request.socket.destroy();
    expect(await call('charge')).toMatchObject({ ...network, reason: expect.stringContaining('ECONNRESET') });
  });

  test('a connection reset before the answer is a failure of the network', async () => {
    answer = (request) => request.socket.resetAndDestroy();
    expect(await call('charge')).toMatchObject({ ...network, reason: expect.stringContaining('ECONNRESET') });
  });

  test.each(['destroy', 'resetAndDestroy'] as const)(
    'a connection cut in the middle of the answer (%s) is a failure of the network',
    async (cut) => {
      answer = (request, response) => {
        half(response);
        setImmediate(() => request.socket[cut]());
      };
      expect(await call('charge')).toMatchObject(network);
    },
  );

  test('what is no HTTP is not the contract', async () => {
    answer = (request) => request.socket.end('hello\r\n\r\n');
    const result = await call('charge');
    expect(result).toMatchObject({ outcome: 'unknown', kind: 'contract', transient: false });
  });
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type HttpServer, listen } from 'service-kit/http-server';
import { newId } from 'service-kit/ids';
import { problemMediaType } from 'service-kit/problem';
import { runInContext } from 'service-kit/request-context';
import { createPaymentProxy, type PaymentProxy } from '../src/participants/payment-proxy.ts';
import type { CallResult } from '../src/saga/saga-events.ts';

interface Item {
  url: string;
  headers: Record<string, string>;
  body: { sagaId: string };
}

/** A participant that answers whatever a test wants. */
let server: HttpServer;
let payment: PaymentProxy;
/** The path of every request, and how many calls it carried. */
let requests: [path: string, calls: number][];
let answerPlain: (sagaId: string, response: ServerResponse) => void;
let answerBatch: (items: Item[], response: ServerResponse, request: IncomingMessage) => void;
beforeAll(async () => {
  server = await listen(async (request, response) => {
    const body = (await json(request)) as { sagaId: string; requests?: Item[] };
    requests.push([String(request.url), body.requests?.length ?? 1]);
    if (body.requests) answerBatch(body.requests, response, request);
    else answerPlain(body.sagaId, response);
  }, 0);
});
afterAll(() => server.close(0));
beforeEach(() => {
  payment = createPaymentProxy(server.url);
  requests = [];
  answerPlain = (sagaId, response) => sendJson(response, 200, charged(sagaId));
  answerBatch = answerEach((item) => ({ status: 200, body: charged(item.body.sagaId) }));
});
afterEach(() => void jest.restoreAllMocks());

const charged = (sagaId: string) => ({ sagaId, status: 'CHARGED', receiptId: 'r' });
const answerEach =
  (answer: (item: Item, index: number) => object): typeof answerBatch =>
  (items, response) =>
    sendJson(response, 200, { responses: items.map(answer) });
const problemOf = (status: number) => ({ status, body: { type: '/problems/any', title: 'Any', status } });

function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const order = {
  orderId: newId(),
  itemName: 'apple',
  quantity: 1,
  amountCents: 100,
  failPayment: false,
  failInventory: false,
};
const charge = (more: { sagaId?: string; attempt?: number; timeoutMs?: number } = {}) =>
  payment.charge(order, { sagaId: newId(), attempt: 1, timeoutMs: 5_000, ...more });
const chargeTogether = (count: number, more: { timeoutMs?: number } = {}): Promise<CallResult[]> =>
  Promise.all(Array.from({ length: count }, () => charge(more)));
const succeeded = { outcome: 'succeeded', httpStatus: 200 };
const plain: [string, number] = ['/payments/charge', 1];

describe('calls that come together', () => {
  test('go in one request, as many as it may carry', async () => {
    expect(await chargeTogether(23)).toEqual(Array(23).fill(succeeded));
    expect(requests.sort()).toEqual([
      ['/payments/batch', 20],
      ['/payments/batch', 3],
    ]);
  });

  test('do not go with those of the compensation, which what ails them is not to harm', async () => {
    const context = { sagaId: newId(), attempt: 1, timeoutMs: 5_000 };
    await Promise.all([charge(), payment.refund(order, context)]);
    expect(requests.sort()).toEqual([plain, ['/payments/refund', 1]]);
  });

  test('each carry their own request id', async () => {
    let ids: unknown[] = [];
    answerBatch = (items, response, request) => {
      ids = [request.headers['x-request-id'], ...items.map(({ headers }) => headers['x-request-id'])];
      sendJson(response, 500, {});
    };
    await Promise.all(['one', 'two'].map((requestId) => runInContext({ requestId }, () => charge())));
    expect(ids).toEqual([undefined, 'one', 'two']);
  });

  test('are each told what came of them', async () => {
    answerBatch = answerEach(
      ({ body }, index) =>
        [
          { status: 200, body: charged(body.sagaId) },
          problemOf(409),
          problemOf(500),
          { ...problemOf(503), headers: { 'retry-after': '2' } },
          { status: 409, body: 'no' },
        ][index] as object,
    );
    const unknown = { outcome: 'unknown', kind: 'http-status' };
    expect(await chargeTogether(5)).toEqual([
      succeeded,
      { outcome: 'rejected', kind: 'rejection', httpStatus: 409, reason: 'any: Any' },
      { ...unknown, httpStatus: 500, reason: 'HTTP 500 any', transient: false },
      { ...unknown, httpStatus: 503, reason: 'HTTP 503 any', transient: true, retryAfterMs: 2000 },
      { ...unknown, httpStatus: 409, reason: 'HTTP 409', transient: false },
    ]);
  });
});

describe('calls that go alone', () => {
  test('what is said to a rejection is told as far as a database takes it', async () => {
    const detail = `no\0 \ud83d${'x'.repeat(2000)}`;
    const problem = { ...problemOf(409).body, detail };
    answerPlain = (_saga, response) => sendJson(response, 409, problem, { 'content-type': 'application/problem+json' });
    const { reason } = await charge();
    expect(reason).toMatch(/^any: no \ufffdx+$/);
    expect(reason?.length).toBeLessThan(1001);
  });

  test('one that comes alone is a plain call', async () => {
    expect(await charge()).toEqual(succeeded);
    expect(requests).toEqual([plain]);
  });

  test('a repetition is a plain call, and does not hold the others up', async () => {
    const results = await Promise.all([charge(), charge({ attempt: 2 }), charge(), charge({ attempt: 3 })]);
    expect(results).toEqual(Array(4).fill(succeeded));
    expect(requests.sort()).toEqual([['/payments/batch', 2], plain, plain]);
  });

  test('calls of different timeouts do not wait for each other', async () => {
    answerBatch = () => {};
    const startedAt = performance.now();
    const patient = chargeTogether(2, { timeoutMs: 1_000 });
    expect(await chargeTogether(2, { timeoutMs: 100 })).toMatchObject(Array(2).fill({ kind: 'timeout' }));
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect((await patient)[0]).toMatchObject({ reason: 'no answer within 1000 ms' });
  });
});

describe('a participant that knows no batches', () => {
  test.each([
    ['404 with a problem', 404, JSON.stringify(problemOf(404).body)],
    ['404 of anything', 404, '<h1>Not Found</h1>'],
    ['405', 405, ''],
  ])('and answers %s gets plain calls, and is asked for one again after a minute', async (_what, status, body) => {
    const known = answerBatch;
    answerBatch = (_items, response) => response.writeHead(status).end(body);
    expect(await chargeTogether(3)).toEqual(Array(3).fill(succeeded));
    expect(requests).toEqual([['/payments/batch', 3], plain, plain, plain]);
    requests.splice(0);
    await chargeTogether(2);
    expect(requests).toEqual([plain, plain]);
    requests.splice(0);
    answerBatch = known;
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + 60_001);
    expect(await chargeTogether(2)).toEqual([succeeded, succeeded]);
    expect(requests).toEqual([['/payments/batch', 2]]);
  });

  test.each([400, 413, 415, 422])('or refuses this one with %d gets plain calls for this one', async (status) => {
    const problem = { 'content-type': 'application/problem+json' };
    answerBatch = (_items, response) => sendJson(response, status, problemOf(status).body, problem);
    expect(await chargeTogether(2)).toEqual([succeeded, succeeded]);
    expect(requests).toEqual([['/payments/batch', 2], plain, plain]);
    await chargeTogether(2);
    expect(requests[3]).toEqual(['/payments/batch', 2]);
  });

  test('has no more time for the plain calls than the batch left', async () => {
    answerBatch = (_items, response) => void setTimeout(() => response.writeHead(404).end(), 600);
    answerPlain = () => {};
    const startedAt = performance.now();
    const timeout = { kind: 'timeout', reason: 'no answer within 1000 ms' };
    expect(await chargeTogether(2, { timeoutMs: 1_000 })).toMatchObject([timeout, timeout]);
    expect(performance.now() - startedAt).toBeLessThan(1_550);
    expect(requests).toHaveLength(3);
  });
});

describe('a batch that fails as a whole fails for each, and for none for good; it counts as one failure', () => {
  const failures = (count: number, result: object) =>
    Array.from({ length: count }, (_, index) => ({ ...result, transient: true, ...(index > 0 && { counted: true }) }));

  const unknown = { outcome: 'unknown', kind: 'http-status' };

  test('without an answer in time it is a timeout, and a repetition goes alone', async () => {
    answerBatch = () => {};
    const timeout = { outcome: 'unknown', kind: 'timeout', reason: 'no answer within 500 ms', transient: true };
    expect(await chargeTogether(3, { timeoutMs: 500 })).toEqual(failures(3, timeout));
    expect(await charge({ attempt: 2 })).toEqual(succeeded);
    expect(requests).toEqual([['/payments/batch', 3], plain]);
  });

  test('after one without an answer calls go alone for a while', async () => {
    answerBatch = () => {};
    await chargeTogether(2, { timeoutMs: 500 });
    expect(await chargeTogether(2)).toEqual([succeeded, succeeded]);
    expect(requests).toEqual([['/payments/batch', 2], plain, plain]);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 5_000);
    answerBatch = answerEach((item) => ({ status: 200, body: charged(item.body.sagaId) }));
    await chargeTogether(2);
    expect(requests[3]).toEqual(['/payments/batch', 2]);
  });

  test('with the answers of one another it is not the contract, for none', async () => {
    answerBatch = (items, response) =>
      sendJson(response, 200, {
        responses: [
          { status: 200, body: charged(items[1]?.body.sagaId as string) },
          { status: 409, body: problemOf(409).body },
        ],
      });
    const reason = expect.stringContaining('another saga');
    const breach = { outcome: 'unknown', kind: 'contract', httpStatus: 200, reason };
    expect(await chargeTogether(2)).toEqual(failures(2, breach));
  });

  test.each(['before', 'in the middle of'])(
    'with a connection cut %s the answer it is a failure of the network',
    async (when) => {
      answerBatch = (items, response, request) => {
        if (when === 'before') return void request.socket.destroy();
        const text = JSON.stringify({
          responses: items.map(({ body }) => ({ status: 200, body: charged(body.sagaId) })),
        });
        response.writeHead(200, { 'content-length': String(text.length) }).write(text.slice(0, -10));
        setImmediate(() => request.socket.destroy());
      };
      const network = {
        outcome: 'unknown',
        kind: 'network',
        reason: expect.stringContaining('ECONNRESET'),
        transient: true,
      };
      expect(await chargeTogether(2)).toEqual(failures(2, network));
    },
  );

  test.each([
    [503, { 'retry-after': '1' }, 1000],
    [500, {}, undefined],
    [429, {}, undefined],
    [408, {}, undefined],
    [302, {}, undefined],
  ])('with %d it is unknown', async (status, headers, retryAfterMs) => {
    answerBatch = (_items, response) => sendJson(response, status, {}, headers);
    const result = {
      ...unknown,
      httpStatus: status,
      reason: `HTTP ${status}`,
      ...(retryAfterMs && { retryAfterMs }),
    };
    expect(await chargeTogether(2)).toEqual(failures(2, result));
    expect(requests).toHaveLength(1);
  });

  test.each([401, 403, 421])(
    'with %d by the participant it is not sent; by something between it is unknown',
    async (status) => {
      const problem = { type: '/problems/shut', title: 'Shut', status };
      const answered = { kind: 'http-status', httpStatus: status };
      answerBatch = (_items, response) => sendJson(response, status, {});
      const unknown = { ...answered, outcome: 'unknown', reason: `HTTP ${status}` };
      expect(await chargeTogether(3)).toEqual(failures(3, unknown));
      answerBatch = (_items, response) => sendJson(response, status, problem, { 'content-type': problemMediaType });
      const notSent = { ...answered, outcome: 'not-sent', reason: `HTTP ${status} shut` };
      expect(await chargeTogether(3)).toEqual(failures(3, notSent));
      expect(requests).toHaveLength(2);
    },
  );

  const ok = { status: 200, body: charged(newId()) };
  test.each([
    ['with an answer too few', { responses: [ok] }],
    ['with an answer too many', { responses: [ok, ok, ok] }],
    ['with no answers', {}],
    ['with a status that is none', { responses: [ok, { ...ok, status: 99 }] }],
    ['as if it had been a plain call', charged(newId())],
    ['with a list', [ok, ok]],
    ['with nothing', undefined],
  ])('%s it is not the contract', async (_what, body) => {
    answerBatch = (_items, response) => sendJson(response, 200, body);
    const breach = {
      outcome: 'unknown',
      kind: 'contract',
      httpStatus: 200,
      reason: expect.stringContaining('contract'),
    };
    expect(await chargeTogether(2)).toEqual(failures(2, breach));
    expect(requests).toHaveLength(1);
  });
});

import { once } from 'node:events';
import { type IncomingMessage, request as startRequest } from 'node:http';
import { connect } from 'node:net';
import { newId } from 'service-kit/ids';
import { problemMediaType } from 'service-kit/problem';
import { waitUntil } from 'stack/wait-until';
import { type ApiClient, createApiClient, fetchChecker } from '../../service-kit/test/api-client.ts';
import {
  askForFaults,
  hideTables,
  readDocuments,
  sendNonsense,
  takeDatabaseAway,
  turnFaults,
} from '../../service-kit/test/api-stories.ts';
import { describeApiDocument, expectExample } from '../../service-kit/test/api-suite.ts';
import { readMetrics } from '../../service-kit/test/exposition.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
let database: PostgresForwarder;
let client: ApiClient;
beforeAll(async () => {
  ({ system, database } = await startForwardedSystem({
    FAULTS: 'on',
    COMPENSATION_ATTEMPTS: '1',
    MAX_SAGAS_IN_FLIGHT: '5',
    MAX_CHANGE_READERS: '1',
  }));
  client = createApiClient(system.order.url, await fetchChecker(system.order.url));
});
afterAll(() => system.close());

/** The three services, with order-service's database behind a forwarder. */
async function startForwardedSystem(env: Record<string, string> = {}) {
  const forwarders: PostgresForwarder[] = [];
  const started = await startOrderSystem(env, {}, async (url) => {
    const forwarder = await startPostgresForwarder(url);
    forwarders.push(forwarder);
    return forwarder.url;
  });
  return { system: started, database: forwarders[0] as PostgresForwarder };
}

describe('the OpenAPI document', () =>
  describeApiDocument(async () => (await system.order.http.get('/openapi/v1.json')).body));

/** What the document promises and no request here can bring about. */
const unseen = [
  // It asks the database for nothing but an answer: either there is one, or the service is unavailable.
  'getReadiness 500 internal-error',
];

/** What was read a moment ago is answered from memory for another moment. */
const remembered = ['getBooks'];
const placing = ['placeOrder', 'placeTutorialOrder'] as const;
const respondAsync = { prefer: 'respond-async' };

test('answers are as the examples show them', async () => {
  await placeExamples('placeOrder', 201);
  await placeExamples('placeTutorialOrder', 200);
  await checkBooks();
  await placeExamples('placeOrder', 202, respondAsync);
  await placeExamples('placeTutorialOrder', 202, respondAsync);
  await allOver();
  await moveExamples();
});

/** Places an order for each example of such an answer: the request has the same name. */
async function placeExamples(id: string, status: number, headers = {}) {
  const found = client.calls.find((one) => one.id === id);
  const { content = [] } = found?.answers.find((answer) => answer.status === status) ?? {};
  const names = Object.keys(content[0]?.examples ?? {});
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const placed = await client.call(id, status, { headers, body: found?.body?.examples[name]?.value });
    expectExample(client, id, name, placed);
    if (id !== 'placeOrder' || name !== 'payment-fails-9999') continue;
    const ofSaga = { params: { id: String(placed.body['sagaId']) } };
    expectExample(client, 'getSaga', name, await client.call('getSaga', 200, ofSaga));
    expectExample(client, 'getSagaRows', name, await client.call('getSagaRows', 200, ofSaga));
  }
}

/** The books after those orders, then with one wrong row. */
async function checkBooks() {
  const { call } = client;
  const { sql } = system.payment;
  expectExample(client, 'getAudit', 'clean', await call('getAudit', 200));
  const books = await call('getBooks', 200);
  const inventory = books.body['inventory'] as { products: unknown[] };
  inventory.products.splice(2);
  expectExample(client, 'getBooks', 'clean', books);
  await sql`UPDATE payments SET amount_cents = 9900 WHERE amount_cents = 10000`;
  expectExample(client, 'getAudit', 'discrepancy', await call('getAudit', 200));
  await sql`UPDATE payments SET amount_cents = 10000 WHERE amount_cents = 9900`;
}

/** The saga that gets stuck, and is closed by hand. */
async function moveExamples() {
  const { call } = client;
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/refund') return false;
    const problem = { type: '/problems/fault-error', title: 'Failed', status: 500 };
    response.writeHead(500, { 'content-type': problemMediaType }).end(JSON.stringify(problem));
    return true;
  };
  const body = client.calls.find(({ id }) => id === 'placeOrder')?.body?.examples['refund-stuck']?.value;
  const { body: placed } = await call('placeOrder', 201, { body });
  const ofSaga = { params: { id: String(placed['sagaId']) } };
  expectExample(client, 'getSaga', 'refund-stuck', await call('getSaga', 200, ofSaga));
  expectExample(client, 'resolveSaga', 'paid-back', await call('resolveSaga', 200, ofSaga));
  system.toPayment.intercept = () => false;
}

test('every answer of the document is given, and each is as documented', async () => {
  await placeOrders();
  await moveStuckSagas();
  await auditWithoutParticipants();
  await followChanges();
  await readDocuments(client);
  await turnFaults(client);
  await sendNonsense(client);
  await placeTooMany();
  await hideTables(client, system.order.sql, remembered);
  await takeDatabaseAway(client, database, remembered);
  await runWithoutFaults();
  expect(client.checker.listUnseen()).toEqual(unseen);
});

async function placeOrders() {
  const { call } = client;
  for (const [id, status] of [
    ['placeOrder', 201],
    ['placeTutorialOrder', 200],
  ] as const) {
    const headers = { 'idempotency-key': newId() };
    await call(id, status, { headers });
    expect((await call(id, status, { headers })).headers.get('idempotent-replayed')).toBe('true');
    const { examples = {} } = client.calls.find((one) => one.id === id)?.body ?? {};
    await call(id, 422, { headers, body: Object.values(examples)[1]?.value });
    await call(id, 202, { headers: respondAsync });
    await allOver();
  }
  const { body } = await call('placeOrder', 201);
  await call('getOrder', 200, { params: { id: String(body['id']) } });
  await call('getSaga', 200, { params: { id: String(body['sagaId']) } });
  await call('listOrders', 200, { query: { status: 'COMPLETED', limit: '1' } });
  await call('listSagas', 200, { query: { limit: '1' } });
  await call('getSagaRows', 200, { params: { id: String(body['sagaId']) } });
  for (const id of ['getOrder', 'getSaga', 'getSagaRows', 'retrySaga', 'resolveSaga'])
    await call(id, 404, { params: { id: newId() } });
}

async function moveStuckSagas() {
  const { call } = client;
  system.toPayment.intercept = ({ url }, response) => {
    if (url === '/payments/refund') response.writeHead(503).end();
    return url === '/payments/refund';
  };
  const getStuck = async () => {
    const { body } = await call('placeOrder', 201, {
      body: { itemName: 'lamp', quantity: 1, price: 1, failInventory: true },
    });
    return { params: { id: String(body['sagaId']) } };
  };
  const [first, second, third, fourth] = [await getStuck(), await getStuck(), await getStuck(), await getStuck()];
  await call('resolveSaga', 200, first);
  await call('resolveSaga', 409, first);
  await call('retrySaga', 409, first);
  const steps = ['payment', 'inventory', 'shipping'];
  await system.order.sql`UPDATE saga_events SET steps = ${steps} WHERE saga_id = ${third.params.id} AND seq = 1`;
  await call('retrySaga', 409, third);
  await call('resolveSaga', 200, third);
  await system.order.sql`INSERT INTO saga_events (saga_id, seq, type, by)
    SELECT id, last_seq + number, 'retried', 'kim' FROM sagas, generate_series(1, 50) AS number WHERE id = ${fourth.params.id}`;
  await system.order.sql`UPDATE sagas SET last_seq = last_seq + 50 WHERE id = ${fourth.params.id}`;
  await call('retrySaga', 409, fourth);
  await call('resolveSaga', 200, fourth);
  system.toPayment.intercept = () => false;
  await call('retrySaga', 202, second);
  await allOver();
}

async function auditWithoutParticipants() {
  await client.call('getAudit', 200);
  await client.call('getBooks', 200);
  system.toInventory.intercept = (_request, response) => {
    response.writeHead(500).end();
    return true;
  };
  await client.call('getAudit', 503);
  system.toInventory.intercept = () => false;
}

/** The one reader for whom there is room, and another. */
async function followChanges() {
  const leaving = new AbortController();
  const { status, headers, body } = await fetch(`${system.order.url}/changes`, { signal: leaving.signal });
  const { value = new Uint8Array() } = (await body?.getReader().read()) ?? {};
  client.checker.check('GET', '/changes', { status, headers, text: Buffer.from(value).toString() });
  await client.call('followChanges', 503);
  leaving.abort();
}

/** As many sagas are in flight as may be. */
async function placeTooMany() {
  const held: (() => void)[] = [];
  system.toPayment.intercept = (_request, response) => {
    held.push(() => response.writeHead(500).end());
    return true;
  };
  for (let inFlight = 0; inFlight < 5; inFlight += 1) await client.call('placeOrder', 202, { headers: respondAsync });
  for (const id of placing) await client.call(id, 503);
  // Charges that come together are one request.
  await waitUntil('a charge', async () => held.length > 0);
  system.toPayment.intercept = () => false;
  for (const answer of held) answer();
  await allOver();
}

/** What shows only where no fault switch is asked for before an order is recorded. */
async function runWithoutFaults() {
  const second = await startForwardedSystem();
  const secondClient = createApiClient(second.system.order.url, client.checker);
  await askForFaults(secondClient);
  for (const id of placing) await loseCommit(second, () => secondClient.call(id, 503));
  await placeWhileDraining(second.system);
  await second.database.close();
}

/** Breaks the connection to the database once the order is committed and before the answer is there. */
async function loseCommit(target: Awaited<ReturnType<typeof startForwardedSystem>>, place: () => Promise<unknown>) {
  const countSagas = async () => (await target.system.order.sql`SELECT 1 FROM sagas`).length;
  const before = await countSagas();
  // Enough connections: one that is made now would have its first answer held, too.
  await Promise.all(Array.from({ length: 5 }, () => target.system.order.http.get('/readyz').expect(200)));
  target.database.holdAnswers('SELECT 1');
  const answered = place();
  await waitUntil('a commit', async () => (await countSagas()) > before);
  target.database.switchOff();
  await answered;
  target.database.letThrough();
  target.database.switchOn();
}

/** Sends bodies only after the service was told to stop, and closes the system. */
async function placeWhileDraining(target: OrderSystem) {
  const halves = await Promise.all([
    ...placing.map((id) => sendHeaders(target.order.url, id)),
    sendFirstLine(target.order.url, '/changes'),
  ]);
  const closed = target.close();
  for (const finish of halves) await finish();
  await closed;
}

/** Sends all but the body, which the returned function sends; it checks the answer. */
async function sendHeaders(url: string, id: string) {
  const { path = '', body } = client.calls.find((call) => call.id === id) ?? {};
  const json = JSON.stringify(Object.values(body?.examples ?? {})[0]?.value);
  const headers = { 'content-type': 'application/json', 'content-length': json.length, expect: '100-continue' };
  const request = startRequest(`${url}${path}`, { method: 'POST', headers });
  request.flushHeaders();
  await once(request, 'continue');
  return async () => {
    request.end(json);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await response.toArray()).toString();
    const answer = {
      status: response.statusCode ?? 0,
      headers: new Headers(response.headers as Record<string, string>),
      text,
    };
    client.checker.check('POST', path, answer);
  };
}

/** Sends the first line of a GET; the returned function sends the rest and checks the answer. */
async function sendFirstLine(url: string, path: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\n`);
  return async () => {
    socket.write('Host: localhost\r\nConnection: close\r\n\r\n');
    const [head = '', text = ''] = Buffer.concat(await socket.toArray())
      .toString()
      .split('\r\n\r\n');
    const [statusLine = '', ...lines] = head.split('\r\n');
    const headers = new Headers(lines.map((line) => line.split(': ') as [string, string]));
    client.checker.check('GET', path, { status: Number(statusLine.split(' ')[1]), headers, text });
  };
}

/** Waits until no saga is in flight any more. */
/** Until then the last of them still takes a place of those that may be in flight. */
function allOver() {
  return waitUntil('all over', async () => (await readMetrics(system.order.url)).sum('sagas_in_flight') === 0);
}

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { expectUnreadable } from '../../service-kit/test/refused-requests.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
let off: OrderSystem;
beforeAll(async () => {
  [system, off] = await Promise.all([startOrderSystem({ FAULTS: 'on' }), startOrderSystem()]);
});
afterAll(() => Promise.all([system.close(), off.close()]));
afterEach(() => {
  system.toPayment.intercept = () => false;
  system.toPayment.seen.length = 0;
});

const sagaId = '01890000-0000-7000-8000-000000000000';
const charge = { sagaId, orderId: 'by hand', amount: 12.5 };

test('a call goes through with its body, and its answer comes back', async () => {
  const { http } = system.order;
  const { body } = await http.post('/participants/payment/payments/charge').send(charge).expect(200);
  expect(body).toMatchObject({ sagaId, status: 'CHARGED', amount: 12.5 });
  expect((await system.payment.http.get(`/payments/${sagaId}`).expect(200)).body).toEqual(body);
  const { body: page } = await http.get('/participants/payment/payments?limit=1').expect(200);
  expect(page.items).toEqual([body]);
  await http.put('/participants/inventory/inventory/products/apple%20pie').send({ available: 3 }).expect(200);
  const { body: products } = await http.get('/participants/inventory/inventory/products').expect(200);
  expect(products.items).toContainEqual({ id: 'apple pie', available: 3, stocked: 3 });
});

test('a problem comes back as the participant put it', async () => {
  const wrong = { ...charge, amount: 13 };
  const answer = await system.order.http.post('/participants/payment/payments/charge').send(wrong);
  expectProblem(answer, 409, 'charge-conflict');
  expectProblem(await system.order.http.get('/participants/payment/nowhere'), 404, 'route-not-found');
  const asText = system.order.http.post('/participants/payment/payments/charge').type('text/plain').send('charge!');
  expectProblem(await asText, 415, 'unsupported-media-type');
});

test.each([
  ['nested too deep', '['.repeat(8_000) + ']'.repeat(8_000), 400, 'validation-failed'],
  ['nested too deep without an end', '['.repeat(16_000), 400, 'malformed-request'],
  ['of bytes that are no UTF-8', Buffer.from('{"orderId":"\xff"}', 'latin1'), 400, 'malformed-request'],
  ['in UTF-16', Buffer.from('{}', 'utf16le'), 415, 'unsupported-media-type', '; charset=utf-16'],
])('a body %s is refused as by the participant itself', async (_what, body, status, problem, charset = '') => {
  const type = `application/json${charset}`;
  const path = '/payments/charge';
  await expectUnreadable(system.payment.http.post(path), type, body, status, problem);
  await expectUnreadable(system.order.http.post(`/participants/payment${path}`), type, body, status, problem);
});

test('a query that is no UTF-8 is refused by the participant', async () => {
  const answer = await system.order.http.get('/participants/payment/payments?cursor=%ff');
  expectProblem(answer, 400, 'malformed-request');
});

test('only what concerns both ends travels: the request id, not the headers of a connection', async () => {
  let seen: IncomingMessage | undefined;
  system.toPayment.intercept = (request, response) => {
    seen = request;
    response.writeHead(429, { 'retry-after': '3', 'keep-alive': 'timeout=1', 'set-cookie': 'a=b', 'x-inner': 'no' });
    response.end();
    return true;
  };
  const { headers } = await system.order.http
    .get('/participants/payment/payments')
    .set({ 'x-request-id': 'from-the-page', te: 'trailers', 'x-forwarded-host': 'elsewhere', cookie: 'a=b' })
    .expect(429);
  expect(seen?.headers).toMatchObject({ host: new URL(system.toPayment.url).host, 'x-request-id': 'from-the-page' });
  for (const name of ['te', 'x-forwarded-host', 'cookie']) expect(seen?.headers).not.toHaveProperty(name);
  expect(headers).toMatchObject({ 'retry-after': '3', 'x-request-id': 'from-the-page' });
  for (const name of ['set-cookie', 'x-inner']) expect(headers).not.toHaveProperty(name);
});

test('a body is passed on unless it is larger than 16 kB', async () => {
  let received = '';
  system.toPayment.intercept = (request, response) => {
    void text(request).then((body) => {
      received = body;
      response.end();
    });
    return true;
  };
  const { http } = system.order;
  await http.put('/participants/payment/anything').type('text/plain').send('x'.repeat(16_000)).expect(200);
  expect(received).toHaveLength(16_000);
  const large = http.put('/participants/payment/anything').type('text/plain').send('x'.repeat(17_000));
  expectProblem(await large, 413, 'payload-too-large');
});

/** Sends a request line that no HTTP client would send, and gives the answer's first line. */
async function sendRaw(target: string): Promise<string> {
  const { port } = new URL(system.order.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nhost: anyone\r\nconnection: close\r\n\r\n`);
  const answer = text(socket);
  await once(socket, 'close');
  return (await answer).split('\r\n')[0] as string;
}

test.each([
  ['/participants/payment//evil.example/payments', '//evil.example/payments'],
  ['/participants/payment/@evil.example/payments', '/@evil.example/payments'],
  ['http://evil.example/participants/payment/payments', '/payments'],
  ['/participants/payment/../../payments', '/payments'],
  ['/participants/payment//', '//'],
  ['/participants/../participants/payment/payments', undefined],
  ['/participants/payment/%2e%2e/payments', '/payments'],
  ['/participants/payment/http://evil.example/', '/http://evil.example/'],
  ['/participants/payment?x=http://evil.example', '/?x=http://evil.example'],
])('%s reaches the participant or nobody', async (target, path) => {
  await sendRaw(target);
  expect(system.toPayment.seen.map((request) => request.path)).toEqual(path === undefined ? [] : [path]);
});

test('a redirect is not followed', async () => {
  system.toPayment.intercept = (_request, response) => {
    response.writeHead(302, { location: system.toInventory.url }).end();
    return true;
  };
  const { headers } = await system.order.http.get('/participants/payment/payments').redirects(0).expect(302);
  expect(headers['location']).toBe(system.toInventory.url);
});

test.each([
  ['cuts the connection', undefined],
  ['is behind a gateway that finds it bad', 502],
  ['is behind a gateway that waits in vain', 504],
])('a participant that %s is not reachable', async (_what, status) => {
  system.toPayment.intercept = (_request, response) => {
    if (status) response.writeHead(status).end('inner words');
    else response.destroy();
    return true;
  };
  const answer = await system.order.http.get('/participants/payment/payments');
  expectProblem(answer, 503, 'participant-unreachable');
  expect(answer.text).not.toContain('inner words');
});

test('only the two participants have a door', async () => {
  expectProblem(await system.order.http.get('/participants/order/orders'), 404, 'route-not-found');
  expectProblem(await system.order.http.get('/participants'), 404, 'route-not-found');
});

test('without FAULTS=on there is none', async () => {
  expectProblem(await off.order.http.get('/participants/payment/payments'), 404, 'route-not-found');
  expectProblem(
    await off.order.http.post('/participants/payment/payments/charge').send(charge),
    404,
    'route-not-found',
  );
  expect(off.toPayment.seen).toEqual([]);
});

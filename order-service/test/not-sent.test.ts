import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxiosError } from 'axios';
import { type HttpServer, listen } from 'service-kit/http-server';
import { newId } from 'service-kit/ids';
import { problemMediaType } from 'service-kit/problem';
import { freePort } from 'stack/free-port';
import { readFailure } from '../src/participants/participant-answer.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

const lamp = { itemName: 'lamp', quantity: 1, price: 10 };

describe('an error of a call', () => {
  const system = (syscall: string, code: string) => Object.assign(new Error(code), { syscall, code });
  const ofAxios = (cause: Error) => AxiosError.from(cause as AxiosError, 'E');
  const refused = system('connect', 'ECONNREFUSED');
  const unreachable = system('connect', 'ENETUNREACH');
  const reset = system('read', 'ECONNRESET');
  const hungUp = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

  test.each<[string, Error]>([
    ['that was refused', refused],
    ['whose host has no address', system('getaddrinfo', 'ENOTFOUND')],
    ['that found no way to any address', new AggregateError([refused, unreachable])],
  ])('%s was not sent', (_what, error) => {
    expect(readFailure(ofAxios(error), 1)).toMatchObject({ outcome: 'not-sent', kind: 'network', transient: true });
  });

  test.each<[string, Error]>([
    ['that was reset', reset],
    ['that was cut in writing', system('write', 'EPIPE')],
    ['that was hung up', hungUp],
    ['of which one address may have been reached', new AggregateError([refused, reset])],
    ['of no addresses', new AggregateError([])],
    ['of TLS', Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
  ])('%s is unknown', (_what, error) => {
    expect(readFailure(ofAxios(error), 1).outcome).toBe('unknown');
  });
});

describe('a call over the network', () => {
  const order = { ...{ orderId: newId(), itemName: 'apple', quantity: 1, amountCents: 100 } };
  const chargeAt = (url: string) => {
    const { charge } = createPaymentProxy(url);
    const input = { ...order, failPayment: false, failInventory: false };
    return (sagaId = newId()) => charge(input, { sagaId, attempt: 1, timeoutMs: 2_000 });
  };

  test.each(['127.0.0.1', 'localhost'])('to a port of %s where nothing listens was not sent', async (host) => {
    const charge = chargeAt(`http://${host}:${await freePort()}`);
    const reason = expect.stringContaining('ECONNREFUSED');
    expect(await charge()).toEqual({ outcome: 'not-sent', kind: 'network', reason, transient: true });
    for (const result of await Promise.all([charge(), charge(), charge()])) {
      expect(result).toMatchObject({ outcome: 'not-sent', kind: 'network', reason, transient: true });
    }
  });

  test('on a connection that was kept alive, and is reset once it has it, is unknown', async () => {
    const ports: (number | undefined)[] = [];
    const server: HttpServer = await listen(async (request, response) => {
      ports.push(request.socket.remotePort);
      for await (const _chunk of request);
      if (ports.length > 1) return void request.socket.resetAndDestroy();
      response.writeHead(503).end();
    }, 0);
    const charge = chargeAt(server.url);
    expect(await charge()).toMatchObject({ outcome: 'unknown', httpStatus: 503 });
    expect(await charge()).toMatchObject({ outcome: 'unknown', kind: 'network', transient: true });
    expect(ports[1]).toBe(ports[0]);
    await server.close(0);
  });

  test('that went in a batch that was refused is unknown, though no connection is made after it', async () => {
    const leaving = createServer((_request, response) => {
      leaving.close();
      const problem = { type: '/problems/route-not-found', title: 'No such resource', status: 404 };
      response.writeHead(404, { 'content-type': problemMediaType, connection: 'close' }).end(JSON.stringify(problem));
    }).listen(0);
    await once(leaving, 'listening');
    const charge = chargeAt(`http://127.0.0.1:${(leaving.address() as AddressInfo).port}`);
    for (const { outcome, reason } of await Promise.all([charge(), charge()])) {
      expect([outcome, reason]).toEqual(['unknown', expect.stringContaining('ECONNREFUSED')]);
    }
  });
});

describe('a participant at whose port nothing listens', () => {
  let system: OrderSystem;
  afterEach(() => system.close());

  /** Five orders one after the other, each with its saga. */
  async function placeFive() {
    const placed: { order: Record<string, unknown>; saga: { steps: object[]; log: { type: string }[] } }[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { body: order } = await system.order.http.post('/orders').send(lamp).expect(201);
      const { body: saga } = await system.order.http.get(`/sagas/${order.sagaId}`).expect(200);
      placed.push({ order, saga });
    }
    return placed;
  }
  const start = async (variable: string) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    system = await startOrderSystem({ [variable]: url, COMPENSATION_ATTEMPTS: '2' });
  };

  test('promise 4: leaves nothing to compensate, and no saga stuck', async () => {
    await start('PAYMENT_SERVICE_URL');
    for (const { order, saga } of await placeFive()) {
      expect(order).toMatchObject({
        ...{ status: 'CANCELLED', sagaStatus: 'COMPENSATED' },
        failure: { step: 'payment', outcome: 'not-sent', reason: expect.stringContaining('ECONNREFUSED') },
      });
      expect(saga.steps).toEqual([
        { name: 'payment', status: 'NOT_SENT', attempts: 3, compensationAttempts: 0 },
        { name: 'inventory', status: 'NOT_CALLED', attempts: 0, compensationAttempts: 0 },
      ]);
    }
    const { body } = await system.order.http.get('/sagas?status=COMPENSATION_STUCK').expect(200);
    expect(body.items).toEqual([]);
    expect(await system.payment.sql`SELECT * FROM payments`).toHaveLength(0);
  });

  test('promise 4: has what came before it compensated, and no more', async () => {
    await start('INVENTORY_SERVICE_URL');
    for (const { order, saga } of await placeFive()) {
      expect(order).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
      expect(saga.steps).toEqual([
        { name: 'payment', status: 'COMPENSATED', attempts: 1, compensationAttempts: 1 },
        { name: 'inventory', status: 'NOT_SENT', attempts: 3, compensationAttempts: 0 },
      ]);
    }
    expect(await system.payment.sql`SELECT DISTINCT status FROM payments`).toEqual([{ status: 'REFUNDED' }]);
    expect(await system.inventory.sql`SELECT * FROM reservations`).toHaveLength(0);
  });
});

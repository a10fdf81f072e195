import { trace } from '@opentelemetry/api';
import { newId } from 'service-kit/ids';
import { runInSpan } from 'service-kit/tracing';
import { startTraceCollector, type TraceCollector } from '../../service-kit/test/trace-collector.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

const lamp = { itemName: 'lamp', quantity: 2, price: 100 };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

let collector: TraceCollector;
let system: OrderSystem;
beforeAll(async () => {
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '20';
  collector = await startTraceCollector();
  const once = { COMPENSATION_ATTEMPTS: '1' };
  system = await startOrderSystem(once, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
});
afterAll(async () => {
  await system.close();
  await collector.close();
});

const findDrive = (sagaId: string, taken = 'begun') =>
  collector.waitFor(`the drive of ${sagaId} that was ${taken}`, ({ attributes }) => {
    return attributes['saga.id'] === sagaId && attributes['saga.taken'] === taken;
  });

test('an order is one trace through the three services', async () => {
  const { body } = await system.order.http.post('/orders').send(lamp).expect(201);
  const drive = await findDrive(body.sagaId);

  expect(await collector.drawTrace(drive.traceId, 6)).toEqual([
    'order-service: POST /orders',
    '  order-service: drive saga',
    '    order-service: payment action',
    '      payment-service: POST /payments/charge',
    '    order-service: inventory action',
    '      inventory-service: POST /inventory/reserve',
  ]);
  expect(drive).toMatchObject({
    kind: 'internal',
    attributes: { 'order.id': body.id, 'saga.fencing_token': 1, 'saga.taken': 'begun' },
    events: ['begun', 'ended'],
    status: { code: 0 },
  });
  const [charge] = collector.spans.filter(({ traceId, kind }) => traceId === drive.traceId && kind === 'client');
  expect(charge).toMatchObject({
    name: 'payment action',
    attributes: {
      'saga.step': 'payment',
      'saga.direction': 'action',
      'saga.attempt': 1,
      'saga.outcome': 'succeeded',
      'http.response.status_code': 200,
    },
    status: { code: 0 },
  });
});

test('an order goes on with the trace that it comes with, and marks what failed', async () => {
  const request = system.order.http.post('/orders?dry=1').set({ traceparent, baggage: 'user=eve' });
  const { body } = await request.send({ ...lamp, failInventory: true }).expect(201);
  const drive = await findDrive(body.sagaId);

  expect(drive).toMatchObject({ traceId, events: ['begun', 'failed', 'ended'] });
  expect(await collector.drawTrace(traceId, 10)).toEqual([
    'order-service: POST /orders',
    '  order-service: drive saga',
    '    order-service: payment action',
    '      payment-service: POST /payments/charge',
    '    order-service: inventory action',
    '      inventory-service: POST /inventory/reserve',
    '    order-service: inventory compensation',
    '      inventory-service: POST /inventory/release',
    '    order-service: payment compensation',
    '      payment-service: POST /payments/refund',
  ]);
  const named = (name: string) => collector.spans.find((span) => span.traceId === traceId && span.name === name);
  expect(named('POST /orders')).toMatchObject({
    kind: 'server',
    parentSpanId: 'b7ad6b7169203331',
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/orders',
      'url.path': '/orders',
      'url.query': 'dry=1',
      'url.scheme': 'http',
      'http.response.status_code': 201,
    },
    status: { code: 0 },
  });
  expect(named('inventory action')).toMatchObject({
    attributes: { 'saga.outcome': 'unknown', 'http.response.status_code': 500, 'error.type': 'http-status' },
    status: { code: 2, message: 'HTTP 500 reserve-failed' },
  });
  expect(named('POST /inventory/reserve')).toMatchObject({ attributes: { 'error.type': '500' }, status: { code: 2 } });
  expect(system.toPayment.seen.find(({ headers }) => headers['baggage'])).toBeUndefined();
});

test('traced calls that come together go each in a request of its own, which belongs to its trace', async () => {
  const { charge } = createPaymentProxy(system.toPayment.url);
  const before = system.toPayment.seen.length;
  const order = { ...lamp, orderId: newId(), amountCents: 100, failPayment: false, failInventory: false };
  const chargeTraced = (traceparent: string) =>
    runInSpan(trace.getTracer('test'), { name: 'call', kind: 'client', attributes: {}, traceparent }, () =>
      charge(order, { sagaId: newId(), attempt: 1, timeoutMs: 5_000 }),
    );
  const traceIds = ['1'.repeat(32), '2'.repeat(32)];
  await Promise.all(traceIds.map((id) => chargeTraced(`00-${id}-b7ad6b7169203331-01`)));
  const seen = system.toPayment.seen.slice(before);
  expect(seen.map(({ path }) => path)).toEqual(['/payments/charge', '/payments/charge']);
  expect(seen.map(({ headers }) => String(headers['traceparent']).slice(3, 35)).sort()).toEqual(traceIds);
});

test('a saga that is retried by hand goes on in its trace', async () => {
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/refund') return false;
    response.writeHead(503).end();
    return true;
  };
  const { body } = await system.order.http.post('/orders').send({ ...lamp, failInventory: true });
  expect(body).toMatchObject({ sagaStatus: 'COMPENSATION_STUCK' });
  const drive = await findDrive(body.sagaId);
  expect(drive).toMatchObject({ events: ['begun', 'failed', 'parked'], status: { code: 2 } });
  const before = await collector.drawTrace(drive.traceId, 9);

  system.toPayment.intercept = () => false;
  await system.order.http.post(`/sagas/${body.sagaId}/retry`).expect(202);
  const second = await findDrive(body.sagaId, 'retried');
  expect(second).toMatchObject({
    traceId: drive.traceId,
    parentSpanId: drive.parentSpanId,
    attributes: { 'saga.fencing_token': 2 },
    events: ['retried', 'ended'],
  });
  expect(await collector.drawTrace(drive.traceId, 12)).toEqual([
    ...before,
    '  order-service: drive saga',
    '    order-service: payment compensation',
    '      payment-service: POST /payments/refund',
  ]);
});

test('a span is named by its route, and one without a route by its method', async () => {
  await system.order.http.get('/orders/0190b0a0-0000-7000-8000-000000000000').expect(404);
  await system.order.http.get('/nowhere/0190b0a0').expect(404);
  expect(await collector.waitFor('an order', ({ name }) => name === 'GET /orders/:id')).toMatchObject({
    attributes: { 'http.response.status_code': 404 },
    status: { code: 0 },
  });
  await collector.waitFor('nothing', ({ name }) => name === 'GET');
});

test('the calls that only tell whether a service works are not traced', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics']) await system.payment.http.get(path).expect(200);
  const marker = 'GET /payments/totals';
  await system.payment.http.get('/payments/totals').expect(200);
  await collector.waitFor('a request after them', ({ name }) => name === marker);
  expect(collector.spans.filter(({ attributes }) => /(z|metrics)$/.test(String(attributes['url.path'])))).toEqual([]);
});

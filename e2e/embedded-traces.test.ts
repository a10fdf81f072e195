import { fastTakeover } from 'stack/crash-story';
import { sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';
import { listen } from '../service-kit/src/http-server.ts';
import { startTraceCollector, type TraceCollector } from '../service-kit/test/trace-collector.ts';
import { useEmbeddedStack } from './embedded-stack.ts';

/** How long the exporter tries to deliver: longer than a service may wait for it when it stops. */
const exporterTimeoutMs = 6_000;
const env: Record<string, string> = {
  ...fastTakeover,
  // Whoever hangs here must not be given up before the crash.
  ACTION_TIMEOUT_MS: '10000',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_EXPORTER_OTLP_TIMEOUT: String(exporterTimeoutMs),
};
const lamp = { itemName: 'lamp', quantity: 2, price: 100 };

let collector: TraceCollector;
beforeAll(async () => {
  collector = await startTraceCollector();
  env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
});
const system = useEmbeddedStack({ order: env, payment: env, inventory: env });
afterAll(() => collector.close());

const findDrive = (sagaId: string) =>
  collector.waitFor(`a drive of ${sagaId}`, ({ attributes }) => attributes['saga.id'] === sagaId);

test('a saga whose driver is killed goes on in its trace with the next one', async () => {
  const { services, client, readLog } = system;
  const hang = { method: 'PUT', body: { mode: 'hang', times: 1 } } as const;
  await sendRequest(`${services.inventory.url}/faults/reserve`, hang);
  const placed = await client.placeOrderAsync(lamp);
  await waitUntil('inventory hangs', async () => {
    return readLog('inventory').some(({ message }) => message === 'fault at reserve: hang');
  });
  const request = await collector.waitFor('the order', ({ name }) => name === 'POST /orders');
  await collector.waitFor('the first charge', ({ name }) => name === 'payment action');
  await services.order.signal('SIGKILL');
  await services.order.start();
  await client.waitUntilOver(placed);

  const drive = await findDrive(placed.sagaId);
  expect(drive).toMatchObject({
    traceId: request.traceId,
    parentSpanId: request.spanId,
    attributes: { 'saga.taken': 'claimed', 'saga.fencing_token': 2, 'order.id': placed.id },
    events: ['claimed', 'ended'],
  });
  expect(drive.instance).not.toBe(request.instance);
  expect(await collector.drawTrace(request.traceId, 7)).toEqual([
    'order-service: POST /orders',
    '  order-service: drive saga',
    '    order-service: inventory action',
    '      inventory-service: POST /inventory/reserve',
    // Of the killed process, whose drive and second call never ended.
    'order-service: payment action',
    '  payment-service: POST /payments/charge',
    'inventory-service: POST /inventory/reserve',
  ]);
  expect(collector.spans.find(({ attributes }) => attributes['error.type'] === 'aborted')).toMatchObject({
    traceId: request.traceId,
    name: 'POST /inventory/reserve',
    status: { code: 2 },
  });
});

test('the log lines of a traced order carry the id of its trace', async () => {
  const { id, sagaId } = await system.client.placeOrder(lamp);
  const { traceId } = await findDrive(sagaId);
  for (const [service, message] of [
    ['order', 'order completed (COMPLETED)'],
    ['payment', 'payment charged (CHARGED)'],
    ['payment', 'POST /payments/charge 200'],
  ] as const) {
    const lines = system.readLog(service).filter((line) => line['message'] === message && line['trace_id'] === traceId);
    expect(lines).toHaveLength(1);
  }
  expect(system.readLog('order').filter((line) => line['orderId'] === id && line['trace_id'] !== traceId)).toEqual([]);
});

test('a collector that is away costs traces and nothing else, and the log tells of it once', async () => {
  const { client, readLog } = system;
  const told = () => readLog('order').filter(({ message }) => /^traces are/.test(String(message)));
  const awayAt = Date.now();
  await collector.close();
  let count = 0;
  while (Date.now() < awayAt + exporterTimeoutMs || told().length === 0) {
    expect(await client.placeOrder(lamp)).toMatchObject({ status: 'COMPLETED' });
    count += 1;
  }
  expect(count).toBeGreaterThan(10);
  expect(told()).toMatchObject([{ level: 'warn', message: 'traces are not delivered' }]);

  collector = await startTraceCollector(Number(new URL(collector.url).port));
  await waitUntil('the log tells that the collector is back', async () => {
    await client.placeOrder(lamp);
    return told().length === 2;
  });
  expect(told()[1]).toMatchObject({ level: 'info', message: 'traces are delivered again' });
  expect(told().filter((line) => 'requestId' in line)).toEqual([]);
}, 60_000);

test('a collector that does not answer does not keep a service from stopping', async () => {
  const { client, services, readLog } = system;
  await collector.close();
  let asked = 0;
  const silent = await listen(
    () => {
      asked += 1;
    },
    Number(new URL(collector.url).port),
  );
  try {
    await client.placeOrder(lamp);
    await waitUntil('the collector is asked', async () => asked > 0);
    const toldAt = performance.now();
    await services.order.signal('SIGTERM');
    expect(performance.now() - toldAt).toBeLessThan(4_000);
    expect(readLog('order').at(-1)).toMatchObject({ message: 'stopped' });
  } finally {
    await silent.close(0);
    await services.order.start();
  }
});

import { newId } from 'service-kit/ids';
import { runInContext } from 'service-kit/request-context';
import { waitUntil } from 'stack/wait-until';
import { type FaultProcess, startFaultProcess } from '../../service-kit/test/fault-process.ts';
import { faultEnv } from '../../service-kit/test/fault-service.ts';
import { createInventoryProxy } from '../src/participants/inventory-proxy.ts';
import { createPaymentProxy } from '../src/participants/payment-proxy.ts';
import type { PlaceOrder } from '../src/place-order.ts';
import type { Call } from '../src/saga/saga-definition.ts';

// The proxies and the real participants, each a process of its own, whose log tells what came to it.
let paymentService: FaultProcess;
let inventoryService: FaultProcess;
beforeAll(async () => {
  const env = async () => ({ ...(await faultEnv()), LOG_LEVEL: 'info' });
  [paymentService, inventoryService] = await Promise.all([
    startFaultProcess('payment-service', await env()),
    startFaultProcess('inventory-service', await env()),
  ]);
});
afterAll(() => Promise.all([paymentService.stop(), inventoryService.stop()]));

const order: PlaceOrder = {
  orderId: newId(),
  itemName: 'Apple',
  quantity: 3,
  amountCents: 1050,
  failPayment: false,
  failInventory: false,
};

/** Calls of first attempts that come together, each in a request of its own. */
function callTogether(call: Call<PlaceOrder>['call'], orders: PlaceOrder[], sagaIds = orders.map(newId)) {
  return Promise.all(
    orders.map((one, index) =>
      runInContext({ requestId: `request-${index}` }, () =>
        call(one, { sagaId: sagaIds[index] as string, attempt: 1, timeoutMs: 5_000 }),
      ),
    ),
  );
}

/** The requests in the log since the process wrote `before`, with their ids; that of a batch is its own. */
async function readRequests(service: FaultProcess, before: string, count: number): Promise<string[]> {
  const requests = () =>
    service
      .output()
      .slice(before.length)
      .split('\n')
      .filter((line) => /"message":"POST .*\}$/.test(line))
      .map((line) => JSON.parse(line))
      .map(({ message, requestId }) => (message.includes('/batch') ? message : `${message} ${requestId}`));
  await waitUntil(`${count} requests`, async () => requests().length >= count);
  return requests().sort();
}

const succeeded = { outcome: 'succeeded', httpStatus: 200 };
const rejected = (httpStatus: number, problem: string) => ({
  outcome: 'rejected',
  kind: 'rejection',
  httpStatus,
  reason: expect.stringMatching(new RegExp(`^${problem}: .+`)),
});
const failed = (problem: string) => expect.objectContaining({ outcome: 'unknown', reason: `HTTP 500 ${problem}` });

test('charges that come together are one request, and each is told what came of it', async () => {
  const { charge } = createPaymentProxy(paymentService.url);
  const before = paymentService.output();
  const results = await callTogether(charge, [order, { ...order, failPayment: true }, { ...order, orderId: '' }]);
  expect(results).toEqual([succeeded, failed('charge-failed'), rejected(400, 'validation-failed')]);
  expect(await readRequests(paymentService, before, 4)).toEqual([
    'POST /payments/batch 200',
    'POST /payments/charge 200 request-0',
    'POST /payments/charge 400 request-2',
    'POST /payments/charge 500 request-1',
  ]);
});

test('refunds that come together are one request', async () => {
  const { charge, refund } = createPaymentProxy(paymentService.url);
  const sagaIds = [newId(), newId()];
  const start = paymentService.output();
  await callTogether(charge, [order], sagaIds);
  expect(await readRequests(paymentService, start, 1)).toEqual(['POST /payments/charge 200 request-0']);
  const before = paymentService.output();
  expect(await callTogether(refund, [order, order], sagaIds)).toEqual([succeeded, succeeded]);
  expect(await readRequests(paymentService, before, 3)).toEqual([
    'POST /payments/batch 200',
    'POST /payments/refund 200 request-0',
    'POST /payments/refund 200 request-1',
  ]);
});

test('reserves that come together are one request, and so are their releases', async () => {
  const { reserve, release } = createInventoryProxy(inventoryService.url);
  const sagaIds = [newId(), newId(), newId()];
  const orders = [order, { ...order, itemName: 'unicorn' }, { ...order, itemName: 'basilisk' }];
  const before = inventoryService.output();
  const results = await callTogether(reserve, orders, sagaIds);
  expect(results).toEqual([succeeded, rejected(409, 'out-of-stock'), rejected(404, 'product-not-found')]);
  expect(await readRequests(inventoryService, before, 4)).toEqual([
    'POST /inventory/batch 200',
    'POST /inventory/reserve 200 request-0',
    'POST /inventory/reserve 404 request-2',
    'POST /inventory/reserve 409 request-1',
  ]);
  const afterwards = inventoryService.output();
  expect(await callTogether(release, orders, sagaIds)).toEqual([succeeded, succeeded, succeeded]);
  expect((await readRequests(inventoryService, afterwards, 4))[0]).toBe('POST /inventory/batch 200');
});

import type { Response, Test } from 'supertest';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem({ ORDER_WAIT_MS: '200', ORDER_POLL_MS: '10' });
});
afterAll(() => system.close());
beforeEach(() => {
  system.toPayment.intercept = () => false;
});

const apple = { itemName: 'apple', quantity: 1, price: 2 };
const post = (body: object, key?: string) => {
  const request = system.order.http.post('/orders');
  return (key === undefined ? request : request.set('idempotency-key', key)).send(body);
};

/** Asks again, each time as long as the service waits, until the order is over. */
async function askUntilOver(ask: () => Test): Promise<Response> {
  let response = await ask();
  while (response.status === 202) response = await ask();
  return response;
}

/** Holds the next charge until it is let go. */
function holdCharge(): () => void {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  system.toPayment.intercept = (_request, response) => {
    system.toPayment.intercept = () => false;
    // The answer of somebody who has not charged and can be asked again.
    void released.then(() => response.writeHead(503).end());
    return true;
  };
  return letGo;
}

describe('an order that is not over yet', () => {
  test('is answered at once with 202 as it stands, if the client prefers', async () => {
    const letGo = holdCharge();
    const response = await post(apple, 'prefers').set('prefer', 'respond-async').expect(202);
    expect(response.body).toMatchObject({ status: 'PENDING', sagaStatus: 'STARTED', failure: null });
    expect(response.headers).toMatchObject({
      location: `/orders/${response.body.id}`,
      'preference-applied': 'respond-async',
    });
    letGo();
    const { status, body } = await askUntilOver(() => post(apple, 'prefers'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: response.body.id, status: 'COMPLETED', createdAt: response.body.createdAt });
  });

  test.each(['wait=10, respond-async', 'Respond-Async'])('Prefer: %s is understood', async (prefer) => {
    const letGo = holdCharge();
    await post(apple, prefer).set('prefer', prefer).expect(202);
    letGo();
    expect((await askUntilOver(() => post(apple, prefer))).status).toBe(201);
  });

  test('is answered with 202 also when it is over by then, if the client prefers not to wait', async () => {
    const { body } = await askUntilOver(() => post(apple, 'over'));
    const replay = await post(apple, 'over').set('prefer', 'respond-async').expect(202);
    expect(replay.body).toEqual(body);
  });

  test('is answered with 202 as it stands when the wait is over', async () => {
    const letGo = holdCharge();
    const { body } = await post(apple, 'waits').expect(202);
    expect(body).toMatchObject({ status: 'PENDING', sagaStatus: 'STARTED' });
    letGo();
    const over = await askUntilOver(() => post(apple, 'waits'));
    expect(over.status).toBe(201);
    expect(over.body).toMatchObject({ id: body.id, status: 'COMPLETED' });
  });

  test('is answered with 202 and the status of its saga in the other dialect', async () => {
    const letGo = holdCharge();
    const place = () => {
      const request = system.order.http.post('/orders/place').set('idempotency-key', 'placed');
      return request.send({ productId: 'apple', qty: 1, amount: 2 });
    };
    const { body } = await place().expect(202);
    expect(body).toEqual({ orderId: expect.any(String), sagaId: expect.any(String), result: 'STARTED' });
    letGo();
    const over = await askUntilOver(place);
    expect(over.status).toBe(200);
    expect(over.body).toEqual({ ...body, result: 'COMPLETED' });
  });
});

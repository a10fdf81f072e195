import { placeOnce } from '../../page/order-placing.ts';
import { ServiceError } from '../../page/service-error.ts';
import { type OrderSystem, startOrderSystem } from '../order-system.ts';
import { connectPage } from './page-api.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());

const apple = { itemName: 'apple', quantity: 1, price: 1 };

test('an order whose answer is lost is asked for again and stays one order', async () => {
  let calls = 0;
  const losing: typeof fetch = async (...request) => {
    calls += 1;
    const response = await fetch(...request);
    if (calls === 1) throw new TypeError('the answer was lost');
    return response;
  };
  const repeated = jest.fn();
  const placed = await placeOnce(connectPage(system.order.url, losing), apple, repeated, 0);
  expect(repeated).toHaveBeenCalledTimes(1);
  const { items } = await connectPage(system.order.url).listOrders({});
  expect(items.map(({ id }) => id)).toEqual([placed.id]);
});

test('an order that is refused is not asked for again, and the refusal says what to change', async () => {
  const repeated = jest.fn();
  const placing = placeOnce(connectPage(system.order.url), { ...apple, quantity: 0 }, repeated);
  const error = await placing.catch((reason) => reason);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ problem: 'validation-failed', status: 400, remedy: expect.stringContaining('Change') });
  expect(error.message).toContain('quantity');
  expect(repeated).not.toHaveBeenCalled();
});

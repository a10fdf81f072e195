import { sendRequest } from 'stack/http-request';
import { isReady } from 'stack/readiness';
import { waitUntil } from 'stack/wait-until';
import type { EmbeddedStack } from '../embedded-stack.ts';
import { chair, placeOn } from './place-on.ts';

export function stopDatabase(system: EmbeddedStack): void {
  test('promise 10: orders are refused meanwhile, and nothing is lost once it is back', async () => {
    const { doors, services, orderReplicas, databases, client } = system;
    const pids = orderReplicas.map((replica) => replica.pid());
    await services.payment.signal('SIGSTOP');
    const placed = await placeOn(system, orderReplicas[0]);
    await client.waitUntilCalled(placed.sagaId, 'payment', 'action');
    await databases.order.stop();
    await services.payment.signal('SIGCONT');
    for (const { url } of orderReplicas) await waitUntil('nobody is ready', async () => !(await isReady(url)));
    const refused = await sendRequest(`${doors.order.url}/orders`, { method: 'POST', body: chair });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
    await databases.order.start();

    for (const { url } of orderReplicas) await waitUntil('all are ready', () => isReady(url));
    expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'COMPLETED' });
    expect(await client.placeOrder(chair)).toMatchObject({ status: 'COMPLETED' });
    expect(orderReplicas.map((replica) => replica.pid())).toEqual(pids);
  });

  test('promise 10: also after 20 s every order is refused within 2 s, and once it is back they complete within 5 s', async () => {
    const { orderReplicas, databases } = system;
    const { url } = orderReplicas[0] as { url: string };
    const orderTimed = async () => {
      const askedAt = performance.now();
      const { status } = await sendRequest(`${url}/orders`, { method: 'POST', body: chair });
      return { status, ms: performance.now() - askedAt };
    };
    await databases.order.stop();
    const backAt = Date.now() + 20_000;
    await waitUntil(
      '20 s have passed',
      async () => {
        const { status, ms } = await orderTimed();
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2000);
        return Date.now() > backAt;
      },
      30_000,
    );
    await databases.order.start();
    const startedAt = performance.now();
    await waitUntil('an order completes', async () => (await orderTimed()).status === 201);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  }, 60_000);
}

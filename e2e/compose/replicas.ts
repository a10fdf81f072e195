import { sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';
import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

const chair = { itemName: 'chair', quantity: 1, price: 10 };

export function scaleOrderService(stack: () => ComposeStack): void {
  const order = () => sendRequest(`${stack().services.order.url}/orders`, { method: 'POST', body: chair });
  const scale = (replicas: number) =>
    stack().compose('up', '--detach', '--wait', '--no-recreate', '--scale', `order-service=${replicas}`);
  const listReplicas = () => stack().compose('ps', '--quiet', 'order-service');

  const countRestarts = async () =>
    runProgram('docker', ['inspect', '--format', '{{.RestartCount}}', ...(await listReplicas()).split('\n')]);

  afterAll(() => scale(1));

  test('the gateway reaches all of three replicas, and none that is dead', async () => {
    await scale(3);
    const replicas = (await listReplicas()).split('\n');
    expect(replicas).toHaveLength(3);
    await waitUntil('each replica has been asked', async () => {
      expect(await order()).toMatchObject({ status: 201, body: { status: 'COMPLETED' } });
      const logs = await Promise.all(replicas.map((replica) => runProgram('docker', ['logs', replica])));
      return logs.every((log) => log.includes('POST /orders 201'));
    });

    await runProgram('docker', ['kill', replicas[1] as string]);
    await waitUntil('ten orders in a row are answered', async () => {
      for (let left = 10; left > 0; left -= 1) if ((await order()).status !== 201) return false;
      return true;
    });
  });

  test('a restart of the database of order-service loses nothing and needs no other restart', async () => {
    const { client, compose } = stack();
    const restarts = await countRestarts();
    const placed = await Promise.all([1, 2, 3].map(() => client.placeOrderAsync(chair)));
    await compose('restart', 'db-order');
    await waitUntil('orders are answered again', async () => (await order()).status === 201);
    for (const { id } of placed) {
      const ended = await waitUntil(`order ${id} has ended`, async () => {
        const found = await sendRequest(`${stack().services.order.url}/orders/${id}`);
        return found.status === 200 && found.body['status'] !== 'PENDING' && found.body;
      });
      expect(ended).toMatchObject({ status: 'COMPLETED' });
    }
    expect(await countRestarts()).toBe(restarts);
  });
}

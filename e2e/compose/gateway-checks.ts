import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpAnswer, sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';
import type { ComposeStack } from './compose-stack.ts';
import { freezeContainer } from './frozen-process.ts';
import { runProgram } from './run-program.ts';

const chair = { itemName: 'chair', quantity: 1, price: 10 };

export function checkReplicas(stack: () => ComposeStack): void {
  const order = () => sendRequest(`${stack().services.order.url}/orders`, { method: 'POST', body: chair });
  const list = (headers = {}) => sendRequest(`${stack().services.order.url}/orders?limit=1`, { headers });
  const listStatuses = (answers: HttpAnswer[]) => [...new Set(answers.map(({ status }) => status))];

  /** Resolves once the gateway has said so one more time. */
  async function untilGatewayLogs(text: string, act: () => Promise<unknown>): Promise<void> {
    const count = async () => (await stack().compose('logs', 'gateway')).split(text).length;
    const before = await count();
    await act();
    await waitUntil(`the gateway logs: ${text}`, async () => (await count()) > before, 40_000);
  }

  test('whoever asks while the only replica is frozen for 4 s is answered afterwards', async () => {
    const asked: Promise<HttpAnswer>[] = [];
    await freezeContainer(stack().nameContainer('order-service'), async () => {
      for (let left = 10; left > 0; left -= 1) {
        asked.push(list(), order());
        await sleep(400);
      }
    });
    expect(listStatuses(await Promise.all(asked)).sort()).toEqual([200, 201]);
  });

  test('whoever asks while no replica is ready is told why by the replica', async () => {
    const { compose } = stack();
    await untilGatewayLogs('has no server available', () => compose('stop', 'db-order'));
    const answer = await list({ 'x-request-id': 'mine' });
    await compose('start', 'db-order');
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'content-type': expect.stringContaining('application/problem+json'), 'x-request-id': 'mine' },
      body: { type: '/problems/service-unavailable', detail: 'The database cannot be reached.' },
    });
    await waitUntil('orders are answered again', async () => (await order()).status === 201);
  });

  describe('of two replicas', () => {
    const scale = (replicas: number) =>
      stack().compose('up', '--detach', '--wait', '--no-recreate', '--scale', `order-service=${replicas}`);
    const second = () => `${stack().project}-order-service-2`;
    const askTenTimes = async () => {
      const answers: HttpAnswer[] = [];
      for (let left = 10; left > 0; left -= 1) answers.push(await order());
      return listStatuses(answers);
    };

    beforeAll(() => scale(2));
    afterAll(() => scale(1));

    test('the one that is not ready is asked for nothing', async () => {
      const database = `${stack().project}_db-order`;
      const disconnect = () => runProgram('docker', ['network', 'disconnect', database, second()]);
      await untilGatewayLogs(' is DOWN', disconnect);
      expect(await askTenTimes()).toEqual([201]);
      await runProgram('docker', ['network', 'connect', database, second()]);
    });

    test('the one that is killed is left at once', async () => {
      await scale(2);
      await waitUntil('both are asked', async () => {
        await order();
        return (await runProgram('docker', ['logs', '--since', '2s', second()])).includes('POST /orders 201');
      });
      await runProgram('docker', ['kill', second()]);
      expect(await askTenTimes()).toEqual([201]);
    });
  });
}

import { randomUUID } from 'node:crypto';
import { type HttpAnswer, sendRequest } from 'stack/http-request';
import { countOrdersWithKey } from 'stack/saga-rows';
import { waitUntil } from 'stack/wait-until';
import type { EmbeddedStack } from '../embedded-stack.ts';
import { chair } from './place-on.ts';

export function repeatKey(system: EmbeddedStack): void {
  const post = (url: string, key: string) =>
    sendRequest(`${url}/orders`, { method: 'POST', body: chair, headers: { 'idempotency-key': key } });

  test('promise 9: 50 posts at once across replicas make one order and get 50 equal answers', async () => {
    const { doors, databases } = system;
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(doors.order.url, key)));
    expectOneOrder(answers);
    expect(answers.filter(({ headers }) => !headers['idempotent-replayed'])).toHaveLength(1);
    expect(await countOrdersWithKey(databases.order, key)).toBe(1);
  });

  test('promise 9: also when the replica that made the order is killed between', async () => {
    const { doors, orderReplicas, databases } = system;
    const [killed] = orderReplicas;
    const key = randomUUID();
    await sendRequest(`${doors.payment.url}/faults/charge`, {
      method: 'PUT',
      body: { mode: 'slow', times: 1, delayMs: 3_000 },
    });
    const sent = [post(killed?.url as string, key), ...Array.from({ length: 49 }, () => post(doors.order.url, key))];
    const settled = Promise.allSettled(sent);
    await waitUntil('the order is there', async () => (await countOrdersWithKey(databases.order, key)) === 1);
    await killed?.signal('SIGKILL');

    const results = await settled;
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(answers.length).toBeLessThan(50);
    const repeated = results.filter(({ status }) => status === 'rejected').map(() => post(doors.order.url, key));
    expectOneOrder([...answers, ...(await Promise.all(repeated))]);
    expect(await countOrdersWithKey(databases.order, key)).toBe(1);
    await killed?.start();
  });
}

function expectOneOrder(answers: HttpAnswer[]): void {
  expect(answers).toHaveLength(50);
  for (const { status, body } of answers) {
    expect(status).toBe(201);
    expect(body).toEqual(answers[0]?.body);
  }
  expect(answers[0]?.body).toMatchObject({ status: 'COMPLETED' });
}

import { sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';
import type { EmbeddedStack } from '../embedded-stack.ts';
import { chair } from './place-on.ts';

export function drainReplica(system: EmbeddedStack): void {
  test('promise 1: under load no accepted order fails, and no request is left without an answer', async () => {
    const { doors, orderReplicas, client } = system;
    const [drained] = orderReplicas;
    const answers: { status: number; id: string }[] = [];
    let isOver = false;
    const order = async () => {
      while (!isOver) {
        const { status, body } = await sendRequest(`${doors.order.url}/orders`, { method: 'POST', body: chair });
        answers.push({ status, id: String(body['id']) });
      }
    };
    const load = Array.from({ length: 20 }, order);
    const answered = (count: number) => waitUntil('more is answered', async () => answers.length > count);
    try {
      await answered(40);
      await drained?.signal('SIGTERM');
      await answered(answers.length + 40);
      await drained?.start();
    } finally {
      isOver = true;
      await Promise.all(load);
    }

    const accepted = answers.filter(({ status }) => status === 201 || status === 202);
    expect(answers.filter((answer) => !accepted.includes(answer) && answer.status !== 503)).toEqual([]);
    for (const { id } of accepted) {
      const ended = await waitUntil(`order ${id} has ended`, async () => {
        const found = await client.findOrder(id);
        return found?.status !== 'PENDING' && found;
      });
      expect(ended).toMatchObject({ status: 'COMPLETED' });
    }
  });
}

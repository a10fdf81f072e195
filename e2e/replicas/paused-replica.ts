import { readSagaRows } from 'stack/saga-rows';
import { waitUntil } from 'stack/wait-until';
import { type EmbeddedStack, readLines } from '../embedded-stack.ts';
import { placeOn } from './place-on.ts';

export function pauseReplica(system: EmbeddedStack): void {
  test('promise 8: once it goes on it writes nothing, though its call is answered', async () => {
    const { services, orderReplicas, databases, client } = system;
    const [paused] = orderReplicas;
    await services.payment.signal('SIGSTOP');
    const placed = await placeOn(system, paused);
    await client.waitUntilCalled(placed.sagaId, 'payment', 'action');
    await paused?.signal('SIGSTOP');
    await services.payment.signal('SIGCONT');

    await waitUntil('another replica has brought the saga to its end', async () => {
      const { saga } = await readSagaRows(databases.order, placed.sagaId);
      return saga['status'] === 'COMPLETED';
    });
    const before = await readSagaRows(databases.order, placed.sagaId);
    expect(before.events.map(({ type }) => type)).toContain('claimed');

    await paused?.signal('SIGCONT');
    await waitUntil('the paused one has found out', async () =>
      readLines(paused?.logFile as string).some(
        ({ message, sagaId }) => message === 'saga dropped: its lease was lost' && sagaId === placed.sagaId,
      ),
    );
    expect(await readSagaRows(databases.order, placed.sagaId)).toEqual(before);
    expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'CHARGED', amount: 90 });
  });
}

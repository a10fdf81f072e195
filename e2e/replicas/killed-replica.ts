import { readSagaRows } from 'stack/saga-rows';
import type { EmbeddedStack } from '../embedded-stack.ts';
import { placeOn } from './place-on.ts';

export function killReplica(system: EmbeddedStack): void {
  test('promise 1: another one takes its saga over within seconds of the end of its lease', async () => {
    const { services, orderReplicas, databases, client } = system;
    const [killed] = orderReplicas;
    await services.payment.signal('SIGSTOP');
    const placed = await placeOn(system, killed);
    await client.waitUntilCalled(placed.sagaId, 'payment', 'action');
    await killed?.signal('SIGKILL');
    const { saga } = await readSagaRows(databases.order, placed.sagaId);
    await services.payment.signal('SIGCONT');

    expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'COMPLETED' });
    const { events } = await readSagaRows(databases.order, placed.sagaId);
    const [claim, ...more] = events.filter(({ type }) => type === 'claimed');
    expect(more).toEqual([]);
    const lateMs = Number(claim?.['at']) - saga.lease_until.getTime();
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(3_000);
    expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'CHARGED', amount: 90 });
    await killed?.start();
  });
}

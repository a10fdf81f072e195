import { waitUntil } from 'stack/wait-until';
import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

export function stopPayment(stack: () => ComposeStack): void {
  afterEach(() => stack().restore());

  test('an order that cannot be paid is cancelled, and its saga ends once payment-service is back', async () => {
    const { client, compose, nameContainer } = stack();
    await compose('stop', 'payment-service');
    const inspectExitCode = ['inspect', '--format', '{{.State.ExitCode}}', nameContainer('payment-service')];
    expect(await runProgram('docker', inspectExitCode)).toBe('0');

    const placed = await client.placeOrderAsync({ itemName: 'apple', quantity: 2, price: 10 });
    expect(await client.waitUntilDecided(placed)).toMatchObject({
      status: 'CANCELLED',
      failure: { step: 'payment', outcome: 'unknown' },
    });
    await waitUntil('a compensation fails', async () => {
      return (await client.findSaga(placed.sagaId))?.compensationFailures.length;
    });

    await compose('start', 'payment-service');
    expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
    expect(await client.findPayment(placed.sagaId)).toMatchObject({ status: 'VOIDED' });
    expect(await client.findReservation(placed.sagaId)).toBeUndefined();
  });
}

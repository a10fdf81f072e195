import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

export function stopPayment(stack: () => ComposeStack): void {
  afterEach(() => stack().restore());

  test('an order that cannot be paid is cancelled, and its saga ends as soon as it can', async () => {
    const { client, compose, nameContainer, restore } = stack();
    await compose('stop', 'payment-service');
    const inspectExitCode = ['inspect', '--format', '{{.State.ExitCode}}', nameContainer('payment-service')];
    expect(await runProgram('docker', inspectExitCode)).toBe('0');

    const placed = await client.placeOrderAsync({ itemName: 'apple', quantity: 2, price: 10 });
    const { status, failure } = await client.waitUntilDecided(placed);
    expect([status, failure?.step]).toEqual(['CANCELLED', 'payment']);
    // The name of a stopped container has no address, but to be told so may take longer than the call has time.
    const wasSent = failure?.outcome !== 'not-sent';
    if (wasSent) expect(failure?.outcome).toBe('unknown');
    else expect(await client.waitUntilOver(placed)).toMatchObject({ sagaStatus: 'COMPENSATED' });

    await restore();
    expect(await client.waitUntilOver(placed)).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED' });
    expect((await client.findPayment(placed.sagaId))?.status).toBe(wasSent ? 'VOIDED' : undefined);
    expect(await client.findReservation(placed.sagaId)).toBeUndefined();
  });
}

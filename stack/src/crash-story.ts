import { tellStep, tellStory } from './report.ts';
import type { Stack } from './stack.ts';
import type { SystemClient } from './system-client.ts';

/** How soon a saga is taken over whose driver died; the defaults would make the story longer, not different. */
export const fastTakeover = { LEASE_MS: '1000', RECOVERY_INTERVAL_MS: '200' };

/** The same, and how soon a compensation is given up: yet not before a service that crashed is back. */
export const fastStories = {
  ...fastTakeover,
  COMPENSATION_BACKOFF_FIRST_MS: '200',
  COMPENSATION_BACKOFF_MAX_MS: '1500',
};

/** Kills order-service in the middle of a saga; whether the saga reached its end all the same. */
export async function playCrash({ services }: Stack, client: SystemClient): Promise<boolean> {
  const { order, payment } = services;
  tellStory('order-service is killed in the middle of a saga');

  await payment.signal('SIGSTOP');
  const placed = await client.placeOrderAsync({ itemName: 'apple', quantity: 3, price: 250 });
  await client.waitUntilCalled(placed.sagaId, 'payment', 'action');
  tellStep('✓', 'payment is called and does not answer');

  await order.signal('SIGKILL');
  tellStep('✓', 'order-service is killed with -9');

  await payment.signal('SIGCONT');
  await order.start();
  tellStep('✓', 'payment answers again, to nobody; order-service is started again');

  const ended = await client.waitUntilOver(placed);
  const charge = await client.findPayment(placed.sagaId);
  const completed = ended.sagaStatus === 'COMPLETED' && charge?.status === 'CHARGED' && charge.amount === 750;
  tellStep(completed ? '✓' : '✗', `the order is ${ended.status}, its payment ${charge?.status} ${charge?.amount}`);
  return completed;
}

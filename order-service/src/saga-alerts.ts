import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import type { AlertWebhook } from './participants/alert-webhook.ts';
import type { PlaceOrder } from './place-order.ts';
import type { SagaObserver } from './saga/saga-driver.ts';

/**
 * Tells a webhook, with one message each and at most once, of sagas that get stuck or turn back because their
 * deadline passed. Whatever the webhook does, the sagas go on.
 */
export function createSagaAlerts(send: AlertWebhook, logger: Logger): SagaObserver<PlaceOrder> {
  return (saga, event) => {
    const late = event.type === 'failed' && event.kind === 'deadline';
    if (!late && event.type !== 'parked') return;
    const message = {
      event: late ? 'saga-deadline-passed' : 'saga-stuck',
      sagaId: saga.id,
      orderId: saga.input.orderId,
      at: event.at.toISOString(),
    };
    send(message).catch((error) => logger.warn('alert not delivered', { ...message, error: describeError(error) }));
  };
}

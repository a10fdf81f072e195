import type { Logger } from 'service-kit/logger';
import type { PlaceOrder } from './place-order.ts';
import type { SagaObserver } from './saga/saga-driver.ts';
import type { SagaEvent } from './saga/saga-events.ts';

/** Tells in the service's log what happens to each saga, one line for each event that matters to a reader. */
export function createSagaNarrator(logger: Logger): SagaObserver<PlaceOrder> {
  return (saga, event) => {
    const { seq, at, type, ...fields } = event;
    const turnedBack = saga.log.some((entry) => entry.type === 'failed');
    const [level, message] = tell(event, turnedBack);
    logger.log(level, message, { sagaId: saga.id, orderId: saga.input.orderId, ...fields });
  };
}

function tell(event: SagaEvent, turnedBack: boolean): [level: string, message: string] {
  switch (event.type) {
    case 'begun':
      return ['info', 'order created (PENDING)'];
    case 'claimed':
      if (event.reason === 'due') return ['info', `saga taken up again by ${event.by}: its next attempt is due`];
      return ['warn', `saga claimed by ${event.by}`];
    case 'action-called':
      return ['debug', `${event.step} called`];
    case 'compensation-called':
      return ['debug', `${event.step} compensation called`];
    case 'action-answered':
      if (event.outcome === 'succeeded') return ['info', `${event.step} succeeded`];
      return ['warn', `${event.step} ${failures[event.outcome]} (${briefly(event)})`];
    case 'compensation-answered':
      if (event.outcome === 'succeeded') return ['info', `${event.step} compensated`];
      return ['error', `${event.step} compensation failed (${briefly(event)})`];
    case 'failed':
      return ['warn', `order cancelled: compensating (${event.step}: ${event.reason})`];
    case 'parked':
      return ['error', 'saga stuck: a person has to retry or resolve it (COMPENSATION_STUCK)'];
    case 'retried':
      return ['warn', `saga retried by ${event.by}`];
    case 'resolved':
      return ['warn', `saga resolved by ${event.by} (RESOLVED)`];
    case 'ended':
      if (turnedBack) return ['info', 'compensating transaction executed (CANCELLED)'];
      return ['info', 'order completed (COMPLETED)'];
  }
}

const failures = { rejected: 'rejected', unknown: 'failed', 'not-sent': 'not sent' };

/** `500` for an HTTP status, the reason for everything else. */
function briefly({ kind, httpStatus, reason }: { kind?: string; httpStatus?: number; reason?: string }): string {
  return kind === 'http-status' ? String(httpStatus) : (reason ?? 'no reason');
}

import type { NewOrder, Order, ServiceApi } from './service-api.ts';
import { ServiceError } from './service-error.ts';

/** An order-service that died is back within seconds. */
const mostAttempts = 20;
const betweenAttemptsMs = 1_000;

/**
 * Places an order without waiting for its saga. Where no answer comes, or one that does not tell, it asks again with the
 * same key, so that one click never makes two orders.
 * @param onRepeat told before each repetition
 */
export async function placeOnce(
  api: ServiceApi,
  order: NewOrder,
  onRepeat: () => void,
  pauseMs = betweenAttemptsMs,
): Promise<Order> {
  const headers = { 'idempotency-key': makeKey(), prefer: 'respond-async' };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.placeOrder(order, headers);
    } catch (error) {
      if (!isUndecided(error) || attempt === mostAttempts) throw error;
      onRepeat();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function isUndecided(error: unknown): boolean {
  return error instanceof ServiceError && (error.status === null || error.status >= 500);
}

/** `crypto.randomUUID` exists only where the page came by https or from this machine. */
function makeKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
}

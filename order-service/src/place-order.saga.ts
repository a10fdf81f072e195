import type { InventoryProxy } from './participants/inventory-proxy.ts';
import type { PaymentProxy } from './participants/payment-proxy.ts';
import type { PlaceOrder } from './place-order.ts';
import type { SagaDefinition } from './saga/saga-definition.ts';

/** The steps by name, in order. */
export const stepNames = ['payment', 'inventory'] as const;

/** The knobs of the saga, from the configuration. */
export interface PlaceOrderKnobs {
  sagaDeadlineMs: number;
  actionTimeoutMs: number;
  actionAttempts: number;
  actionBackoffFirstMs: number;
  actionBackoffMaxMs: number;
  compensationTimeoutMs: number;
  compensationAttempts: number;
  compensationBackoffFirstMs: number;
  compensationBackoffMaxMs: number;
}

/**
 * THE saga. An order is placed in these steps, from top to bottom; where one fails, its own compensation and those of
 * the steps before it run from bottom to top.
 */
export function placeOrderSaga(
  payment: PaymentProxy,
  inventory: InventoryProxy,
  knobs: PlaceOrderKnobs,
): SagaDefinition<PlaceOrder> {
  const action = {
    timeoutMs: knobs.actionTimeoutMs,
    attempts: knobs.actionAttempts,
    backoff: { firstMs: knobs.actionBackoffFirstMs, maxMs: knobs.actionBackoffMaxMs },
  };
  const compensation = {
    timeoutMs: knobs.compensationTimeoutMs,
    attempts: knobs.compensationAttempts,
    backoff: { firstMs: knobs.compensationBackoffFirstMs, maxMs: knobs.compensationBackoffMaxMs },
  };
  return {
    deadlineMs: knobs.sagaDeadlineMs,
    steps: [
      {
        name: stepNames[0],
        action: { call: payment.charge, ...action },
        compensation: { call: payment.refund, ...compensation },
      },
      {
        name: stepNames[1],
        action: { call: inventory.reserve, ...action },
        compensation: { call: inventory.release, ...compensation },
      },
    ],
  };
}

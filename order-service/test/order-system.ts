import { inventoryConfig } from 'inventory-service/config';
import { createService as createInventoryService } from 'inventory-service/service';
import { paymentConfig } from 'payment-service/config';
import { createService as createPaymentService } from 'payment-service/service';
import { readConfig } from 'service-kit/config';
import { type HttpForwarder, startHttpForwarder } from '../../service-kit/test/http-forwarder.ts';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { orderConfig } from '../src/config.ts';
import { createService as createOrderService } from '../src/service.ts';

/** The three services as they are, with a forwarder before each participant. */
export interface OrderSystem {
  order: HttpService;
  payment: HttpService;
  inventory: HttpService;
  toPayment: HttpForwarder;
  toInventory: HttpForwarder;
  close(): Promise<void>;
}

/**
 * @param env more configuration of order-service
 * @param envOfAll more configuration of every service
 * @param reachDatabase as `startHttpService` has it, for order-service
 */
export async function startOrderSystem(
  env: Record<string, string> = {},
  envOfAll: Record<string, string> = {},
  reachDatabase?: (url: string) => Promise<string>,
): Promise<OrderSystem> {
  const [payment, inventory] = await Promise.all([startPaymentService(envOfAll), startInventoryService(envOfAll)]);
  const [toPayment, toInventory] = await Promise.all([
    startHttpForwarder(payment.url),
    startHttpForwarder(inventory.url),
  ]);
  const participants = { PAYMENT_SERVICE_URL: toPayment.url, INVENTORY_SERVICE_URL: toInventory.url };
  const pauses = {
    ACTION_BACKOFF_FIRST_MS: '5',
    COMPENSATION_BACKOFF_FIRST_MS: '5',
    COMPENSATION_BACKOFF_MAX_MS: '10',
  };
  const order = await startHttpService(
    (common) =>
      createOrderService(readConfig(orderConfig, { ...common, ...participants, ...pauses, ...envOfAll, ...env })),
    reachDatabase,
  );
  return {
    order,
    payment,
    inventory,
    toPayment,
    toInventory,
    async close() {
      await order.close();
      await Promise.all([toPayment.close(), toInventory.close()]);
      await Promise.all([payment.close(), inventory.close()]);
    },
  };
}

export function startPaymentService(env: Record<string, string> = {}): Promise<HttpService> {
  return startHttpService((common) => createPaymentService(readConfig(paymentConfig, { ...common, ...env })));
}

export function startInventoryService(env: Record<string, string> = {}): Promise<HttpService> {
  return startHttpService((common) => createInventoryService(readConfig(inventoryConfig, { ...common, ...env })));
}

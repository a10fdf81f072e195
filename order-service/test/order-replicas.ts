import { readConfig } from 'service-kit/config';
import type { Service } from 'service-kit/service-program';
import { orderConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import type { OrderSystem } from './order-system.ts';

/** One more order-service, on a database of one's choice, with the participants of the system. */
export function startOrderReplica(
  { toPayment, toInventory }: OrderSystem,
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<Service> {
  const common = { PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', LOG_FORMAT: 'json' };
  const participants = { PAYMENT_SERVICE_URL: toPayment.url, INVENTORY_SERVICE_URL: toInventory.url };
  return createService(readConfig(orderConfig, { ...common, ...participants, ...env }));
}

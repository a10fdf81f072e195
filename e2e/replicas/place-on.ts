import type { ServiceProcess } from 'stack/service-process';
import { createSystemClient, type Order } from 'stack/system-client';
import type { EmbeddedStack } from '../embedded-stack.ts';

export const chair = { itemName: 'chair', quantity: 3, price: 30 };

/** Orders from one replica, past the gateway, and returns at once: that replica drives the saga. */
export function placeOn({ doors }: EmbeddedStack, replica: ServiceProcess | undefined): Promise<Order> {
  return createSystemClient({ ...doors, order: replica as ServiceProcess }).placeOrderAsync(chair);
}

import { inventoryApi } from 'inventory-service/api';
import { orderApi } from 'order-service/api';
import { paymentApi } from 'payment-service/api';
import type { ApiDescription } from 'service-kit/openapi';
import type { OfEach } from './stack.ts';

/** What each service answers. */
export const serviceApis: OfEach<ApiDescription> = { order: orderApi, payment: paymentApi, inventory: inventoryApi };

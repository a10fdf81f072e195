import { portNumber, type ServiceConfig, serviceConfig } from 'service-kit/config';

/** Everything that inventory-service takes from its environment. */
export const inventoryConfig = serviceConfig.extend({
  port: portNumber.default(8002),
});
export type Config = ServiceConfig;

import { portNumber, type ServiceConfig, serviceConfig } from 'service-kit/config';

/** Everything that payment-service takes from its environment. */
export const paymentConfig = serviceConfig.extend({
  port: portNumber.default(8001),
});
export type Config = ServiceConfig;

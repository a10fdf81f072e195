import { fileURLToPath } from 'node:url';
import { type Service, startService } from 'service-kit/service-program';
import { paymentApi } from './api.ts';
import type { Config } from './config.ts';
import { paymentRoutes } from './routes.ts';
import { createPaymentStore } from './store.ts';

/** Starts payment-service: migrated, listening, ready. Throws what kept it from starting. */
export function createService(config: Config): Promise<Service> {
  return startService({
    name: 'payment-service',
    config,
    migrations: fileURLToPath(new URL('../../db/payment', import.meta.url)),
    api: paymentApi,
    build: (db, logger) => ({ routes: paymentRoutes(createPaymentStore(db), logger) }),
  });
}

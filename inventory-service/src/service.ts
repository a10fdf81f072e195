import { fileURLToPath } from 'node:url';
import { type Service, startService } from 'service-kit/service-program';
import { inventoryApi } from './api.ts';
import type { Config } from './config.ts';
import { inventoryRoutes } from './routes.ts';
import { createInventoryStore } from './store.ts';

/** Starts inventory-service: migrated, listening, ready. Throws what kept it from starting. */
export function createService(config: Config): Promise<Service> {
  return startService({
    name: 'inventory-service',
    config,
    migrations: fileURLToPath(new URL('../../db/inventory', import.meta.url)),
    api: inventoryApi,
    build: (db, logger) => ({ routes: inventoryRoutes(createInventoryStore(db), logger) }),
  });
}

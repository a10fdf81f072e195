import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { createFaultInjection } from 'service-kit/fault-injection';
import { type Service, startService } from 'service-kit/service-program';
import { inventoryApi } from './api.ts';
import { auditRoutes } from './audit-routes.ts';
import { createAuditStore } from './audit-store.ts';
import type { Config } from './config.ts';
import { faultNames } from './faults.ts';
import { countOperations } from './metrics.ts';
import { inventoryRoutes } from './routes.ts';
import { createInventoryStore } from './store.ts';

/** Starts inventory-service: migrated, listening, ready. Throws what kept it from starting. */
export function createService(config: Config): Promise<Service> {
  return startService({
    name: 'inventory-service',
    config,
    migrations: fileURLToPath(new URL('../../db/inventory', import.meta.url)),
    api: inventoryApi,
    build({ db, longReads, logger, registry }) {
      const faults = createFaultInjection(db, { enabled: config.faults === 'on', names: faultNames, logger });
      const audit = auditRoutes(createAuditStore(db, longReads));
      const inventory = inventoryRoutes(createInventoryStore(db, countOperations(registry)), faults, logger);
      return { routes: Router().use(faults.routes, audit, inventory), drain: faults.drain };
    },
  });
}

import { drizzle } from 'drizzle-orm/postgres-js';
import { createHttpApp } from 'service-kit/http-app';
import { listen } from 'service-kit/http-server';
import { createLogger } from 'service-kit/logger';
import supertest from 'supertest';
import { type Audit, audit, auditOperation } from '../src/audit/audit-messages.ts';
import { auditRoutes } from '../src/audit/audit-routes.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

export interface AuditedSystem extends OrderSystem {
  /** Where GET /audit is. */
  auditor: ReturnType<typeof supertest>;
  audit(): Promise<Audit>;
}

/** The three services, and an audit that asks the participants through their forwarders. */
export async function startAuditedSystem(env: Record<string, string> = {}): Promise<AuditedSystem> {
  const system = await startOrderSystem(env);
  const logger = createLogger('audit', { logLevel: 'error', logFormat: 'json' });
  logger.silent = true;
  const routes = auditRoutes({
    db: drizzle(system.order.sql),
    paymentServiceUrl: system.toPayment.url,
    inventoryServiceUrl: system.toInventory.url,
    logger,
  });
  const api = { title: 'audit', description: 'The audit.', operations: [auditOperation] };
  const server = await listen(createHttpApp({ logger, routes, api, checkReady: async () => {} }), 0);
  const auditor = supertest(server.url);
  return {
    ...system,
    auditor,
    audit: async () => audit.parse((await auditor.get('/audit').expect(200)).body),
    close: async () => {
      await server.close(0);
      await system.close();
    },
  };
}

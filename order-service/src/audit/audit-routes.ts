import { Router } from 'express';
import type { Database } from 'service-kit/database';
import type { Logger } from 'service-kit/logger';
import { createInventoryLedger, createPaymentLedger } from '../participants/participant-ledgers.ts';
import { createAuditRunner } from './audit-runner.ts';
import { createSagaLedger } from './saga-ledger.ts';

export interface AuditRoutesOptions {
  db: Database;
  paymentServiceUrl: string;
  inventoryServiceUrl: string;
  logger: Logger;
}

export function auditRoutes({ db, paymentServiceUrl, inventoryServiceUrl, logger }: AuditRoutesOptions): Router {
  const router = Router();
  const runAudit = createAuditRunner({
    sagas: createSagaLedger(db),
    payments: createPaymentLedger(paymentServiceUrl),
    inventory: createInventoryLedger(inventoryServiceUrl),
  });

  router.get('/audit', async (_request, response) => {
    const audit = await runAudit();
    const { durationMs, inFlight, discrepancyCount } = audit;
    const [level, message] = audit.clean ? ['info', 'audit clean'] : ['error', 'audit found discrepancies'];
    logger.log(level, message, { auditMs: durationMs, inFlight, discrepancyCount });
    response.json(audit);
  });

  return router;
}

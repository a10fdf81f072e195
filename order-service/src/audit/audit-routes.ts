import { Router } from 'express';
import type { Database } from 'service-kit/database';
import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import { createInventoryLedger, createPaymentLedger } from '../participants/participant-ledgers.ts';
import { createAuditRunner } from './audit-runner.ts';
import type { AuditVerdictStore } from './audit-verdict-store.ts';
import { createSagaLedger } from './saga-ledger.ts';

export interface AuditRoutesOptions {
  db: Database;
  verdicts: AuditVerdictStore;
  paymentServiceUrl: string;
  inventoryServiceUrl: string;
  logger: Logger;
}

export function auditRoutes(options: AuditRoutesOptions): Router {
  const { db, verdicts, paymentServiceUrl, inventoryServiceUrl, logger } = options;
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
    await verdicts.keep(audit).catch((error) => logger.warn('verdict not kept', { error: describeError(error) }));
    response.json(audit);
  });

  return router;
}

import { Router } from 'express';
import type { Database } from 'service-kit/database';
import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import { readSparingly } from 'service-kit/sparing-reader';
import { createInventoryLedger, createPaymentLedger } from '../participants/participant-ledgers.ts';
import type { Audit } from './audit-messages.ts';
import { runAudit } from './audit-runner.ts';
import type { AuditVerdictStore } from './audit-verdict-store.ts';
import { createSagaLedger } from './saga-ledger.ts';

export interface AuditRoutesOptions {
  db: Database;
  verdicts: AuditVerdictStore;
  paymentServiceUrl: string;
  inventoryServiceUrl: string;
  auditQuickMs: number;
  logger: Logger;
}

/** A third of the time at most; a participant that was away is asked again as soon as `audit-incomplete` says. */
const sparing = { share: 0.5, minIntervalMs: 0, longestPauseAfterFailureMs: 5_000 };

export function auditRoutes(options: AuditRoutesOptions): Router {
  const { db, verdicts, paymentServiceUrl, inventoryServiceUrl, auditQuickMs, logger } = options;
  const router = Router();
  const sources = {
    sagas: createSagaLedger(db),
    payments: createPaymentLedger(paymentServiceUrl),
    inventory: createInventoryLedger(inventoryServiceUrl),
  };
  const readAudit = readSparingly(audit, { ...sparing, quickMs: auditQuickMs });

  async function audit(): Promise<Audit> {
    const found = await runAudit(sources);
    const { durationMs, inFlight, discrepancyCount } = found;
    const [level, message] = found.clean ? ['info', 'audit clean'] : ['error', 'audit found discrepancies'];
    logger.log(level, message, { auditMs: durationMs, inFlight, discrepancyCount });
    await verdicts.keep(found).catch((error) => logger.warn('verdict not kept', { error: describeError(error) }));
    return found;
  }

  router.get('/audit', async (_request, response) => {
    response.json(await readAudit());
  });

  return router;
}

import { Router } from 'express';
import { toPage } from 'service-kit/page';
import { readQuery } from 'service-kit/request-input';
import type { AuditStore } from './audit-store.ts';
import { paymentsQuery, toPayment } from './messages.ts';

/** What an audit reads. Goes before the routes of a single payment: `totals` is no saga id. */
export function auditRoutes(store: AuditStore): Router {
  const router = Router();

  router.get('/payments', async (request, response) => {
    const query = readQuery(request, paymentsQuery);
    const payments = (await store.list(query)).map(toPayment);
    response.json(toPage(payments, query.limit, 'sagaId'));
  });

  router.get('/payments/totals', async (_request, response) => {
    response.json(await store.sum());
  });

  return router;
}

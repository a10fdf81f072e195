import { Router } from 'express';
import { toPage, toTextCursor } from 'service-kit/page';
import { readQuery } from 'service-kit/request-input';
import type { AuditStore } from './audit-store.ts';
import { productsQuery, reservationsQuery, toReservation } from './messages.ts';

/** What an audit reads. Goes before the routes of a single reservation: `totals` is no saga id. */
export function auditRoutes(store: AuditStore): Router {
  const router = Router();

  router.get('/inventory', async (request, response) => {
    const query = readQuery(request, reservationsQuery);
    const reservations = (await store.list(query)).map(toReservation);
    response.json(toPage(reservations, query.limit, 'sagaId'));
  });

  router.get('/inventory/totals', async (_request, response) => {
    response.json(await store.sum());
  });

  router.get('/inventory/totals/products', async (request, response) => {
    const query = readQuery(request, productsQuery);
    response.json(toPage(await store.sumProducts(query), query.limit, 'id', toTextCursor));
  });

  return router;
}

import { Router } from 'express';
import type { Logger } from 'service-kit/logger';
import { readBody, readParams } from 'service-kit/request-input';
import type { Faults } from './faults.ts';
import {
  productPath,
  productUpdate,
  releaseRequest,
  reserveRequest,
  sagaPath,
  toProduct,
  toReservation,
} from './messages.ts';
import { inventoryProblem } from './problems.ts';
import type { InventoryStore } from './store.ts';

export function inventoryRoutes(store: InventoryStore, faults: Faults, logger: Logger): Router {
  const router = Router();

  router.post('/inventory/reserve', async (request, response) => {
    const reserve = readBody(request, reserveRequest);
    if (reserve.fail) throw inventoryProblem('reserve-failed');
    const reservation = await faults.inject('reserve', response, () => store.reserve(reserve));
    logger.info(`inventory reserved (${reservation.status})`, { sagaId: reserve.sagaId });
    response.json(toReservation(reservation));
  });

  router.post('/inventory/release', async (request, response) => {
    const { sagaId } = readBody(request, releaseRequest);
    const reservation = await faults.inject('release', response, () => store.release(sagaId));
    logger.info(`inventory released (${reservation.status})`, { sagaId });
    response.json(toReservation(reservation));
  });

  router.get('/inventory/products', async (_request, response) => {
    const items = await store.listProducts();
    response.json({ items: items.map(toProduct), nextCursor: null });
  });

  router.put('/inventory/products/:id', async (request, response) => {
    const { id } = readParams(request, productPath);
    const { available } = readBody(request, productUpdate);
    const product = toProduct(await store.stockProduct(id, available));
    logger.info('product stocked', product);
    response.json(product);
  });

  router.get('/inventory/:sagaId', async (request, response) => {
    const { sagaId } = readParams(request, sagaPath);
    response.json(toReservation(await store.find(sagaId)));
  });

  return router;
}

import type { Router } from 'express';
import { type Call, callRoutes } from 'service-kit/call-routes';
import type { Logger } from 'service-kit/logger';
import { toPage, toTextCursor } from 'service-kit/page';
import { readBody, readParams, readQuery, validate } from 'service-kit/request-input';
import type { Faults } from './faults.ts';
import {
  productPath,
  productsQuery,
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
  const reserve: Call = async (body, response) => {
    const request = validate(reserveRequest, body);
    if (request.fail) throw inventoryProblem('reserve-failed');
    const reservation = await faults.inject('reserve', response, () => store.reserve(request));
    logger.info(`inventory reserved (${reservation.status})`, { sagaId: request.sagaId });
    return toReservation(reservation);
  };

  const release: Call = async (body, response) => {
    const { sagaId } = validate(releaseRequest, body);
    const reservation = await faults.inject('release', response, () => store.release(sagaId));
    logger.info(`inventory released (${reservation.status})`, { sagaId });
    return toReservation(reservation);
  };

  const router = callRoutes(
    { '/inventory/reserve': reserve, '/inventory/release': release },
    '/inventory/batch',
    logger,
  );

  router.get('/inventory/products', async (request, response) => {
    const query = readQuery(request, productsQuery);
    const products = (await store.listProducts(query)).map(toProduct);
    response.json(toPage(products, query.limit, 'id', toTextCursor));
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

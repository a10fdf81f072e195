import { type Request, type Response, Router } from 'express';
import { toPage } from 'service-kit/page';
import { readBody, readParams, readQuery, validate } from 'service-kit/request-input';
import {
  idPath,
  type OrderRecord,
  type OrderRequest,
  orderHeaders,
  orderRequest,
  ordersQuery,
  placeRequest,
  toOrder,
} from './order-messages.ts';
import type { OrderPlacing } from './order-placing.ts';
import type { OrderStore } from './order-store.ts';
import { orderProblem } from './problems.ts';
import { isOver } from './saga/saga-events.ts';

export function orderRoutes(placing: OrderPlacing, orders: OrderStore): Router {
  const router = Router();

  router.post('/orders', async (request, response) => {
    const order = await placeAndWait(readBody(request, orderRequest), request, response);
    response.status(isOver(order.sagaStatus) && !wantsNoWait(request) ? 201 : 202).json(toOrder(order));
  });

  router.post('/orders/place', async (request, response) => {
    const order = await placeAndWait(readBody(request, placeRequest), request, response);
    const { id: orderId, sagaId, sagaStatus: result } = order;
    response.status(isOver(result) ? 200 : 202).json({ orderId, sagaId, result });
  });

  router.get('/orders', async (request, response) => {
    const query = readQuery(request, ordersQuery);
    const page = toPage(await orders.list(query), query.limit);
    response.json({ ...page, items: page.items.map(toOrder) });
  });

  router.get('/orders/:id', async (request, response) => {
    const { id } = readParams(request, idPath);
    const order = await orders.find(id);
    if (!order) throw orderProblem('order-not-found', `Order ${id}`);
    response.json(toOrder(order));
  });

  async function placeAndWait(order: OrderRequest, request: Request, response: Response): Promise<OrderRecord> {
    const { 'idempotency-key': key } = validate(orderHeaders, request.headers);
    const placed = await placing.place(order, key);
    response.set('location', `/orders/${placed.order.id}`);
    if (placed.replayed) response.set('idempotent-replayed', 'true');
    if (!wantsNoWait(request)) return placing.waitUntilOver(placed);
    response.set('preference-applied', 'respond-async');
    return placed.order;
  }

  return router;
}

/** RFC 7240: the client prefers an answer at once to an answer that is final. */
function wantsNoWait(request: Request): boolean {
  const preferences = request.get('prefer')?.split(',') ?? [];
  return preferences.some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

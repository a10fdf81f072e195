import { Router } from 'express';
import { toPage } from 'service-kit/page';
import { readParams, readQuery } from 'service-kit/request-input';
import { z } from 'zod';
import { idPath, sagasQuery } from './order-messages.ts';
import type { PlaceOrder } from './place-order.ts';
import { orderProblem } from './problems.ts';
import type { SagaRecord, SagaStore } from './saga/saga-store.ts';
import { sagaView, toSagaView } from './saga/saga-view.ts';

export function sagaRoutes(sagas: SagaStore<PlaceOrder>): Router {
  const router = Router();

  router.get('/sagas', async (request, response) => {
    const query = readQuery(request, sagasQuery);
    const page = toPage(await sagas.list(query), query.limit);
    response.json({ ...page, items: page.items.map(toSaga) });
  });

  router.get('/sagas/:id', async (request, response) => {
    const { id } = readParams(request, idPath);
    const saga = await sagas.find(id);
    if (!saga) throw orderProblem('saga-not-found', `Saga ${id}`);
    response.json(toSaga(saga));
  });

  return router;
}

/** A saga as every call answers with it. */
export const saga = sagaView.extend({ orderId: z.string() });

function toSaga(record: SagaRecord<PlaceOrder>): z.output<typeof saga> {
  const { id, ...view } = toSagaView(record);
  return { id, orderId: record.input.orderId, ...view };
}

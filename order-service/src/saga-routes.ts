import { Router } from 'express';
import { toPage } from 'service-kit/page';
import { readBody, readParams, readQuery } from 'service-kit/request-input';
import { plainText } from 'service-kit/text';
import { z } from 'zod';
import { idPath, sagasQuery } from './order-messages.ts';
import type { PlaceOrder } from './place-order.ts';
import { orderProblem } from './problems.ts';
import { type SagaEngine, TooManyRetries } from './saga/saga-engine.ts';
import type { SagaRecord } from './saga/saga-record.ts';
import { IllegalLog } from './saga/saga-state.ts';
import type { SagaStore } from './saga/saga-store.ts';
import { sagaView, toSagaView } from './saga/saga-view.ts';

/** The body of `POST /sagas/{id}/resolve`. */
export const resolveRequest = z
  .object({ reason: plainText(500), by: plainText(100).describe('Who closes it') })
  .meta({ id: 'ResolveRequest' });

export function sagaRoutes(sagas: SagaStore<PlaceOrder>, engine: SagaEngine<PlaceOrder>): Router {
  const router = Router();

  async function find(id: string) {
    const record = await sagas.find(id);
    if (!record) throw orderProblem('saga-not-found', `Saga ${id}`);
    return toSaga(record);
  }

  router.get('/sagas', async (request, response) => {
    const query = readQuery(request, sagasQuery);
    const page = toPage(await sagas.list(query), query.limit);
    response.json({ ...page, items: page.items.map(toSaga) });
  });

  router.get('/sagas/:id', async (request, response) => {
    const { id } = readParams(request, idPath);
    response.json(await find(id));
  });

  router.post('/sagas/:id/retry', async (request, response) => {
    const { id } = readParams(request, idPath);
    const { status } = await find(id);
    const isRetried = await engine.retry(id, 'operator').catch((error: unknown) => {
      if (error instanceof TooManyRetries) throw orderProblem('saga-retried-too-often', error.message);
      throw error instanceof IllegalLog ? orderProblem('saga-log-refused', error.message) : error;
    });
    if (!isRetried) throw orderProblem('saga-not-retryable', `It was ${status}.`);
    response.status(202).json(await find(id));
  });

  router.post('/sagas/:id/resolve', async (request, response) => {
    const { id } = readParams(request, idPath);
    const { reason, by } = readBody(request, resolveRequest);
    const { status } = await find(id);
    if (!(await engine.resolve(id, by, reason))) throw orderProblem('saga-not-stuck', `It was ${status}.`);
    response.json(await find(id));
  });

  return router;
}

/** A saga as every call answers with it. */
export const saga = sagaView.extend({ orderId: z.string() }).meta({ id: 'Saga' });

function toSaga(record: SagaRecord<PlaceOrder>): z.output<typeof saga> {
  const { id, ...view } = toSagaView(record);
  return { id, orderId: record.input.orderId, ...view };
}

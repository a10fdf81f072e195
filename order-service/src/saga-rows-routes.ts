import { Router } from 'express';
import type { Operation } from 'service-kit/openapi';
import { readParams } from 'service-kit/request-input';
import { idPath } from './order-messages.ts';
import { type ParticipantViews, sagaRows } from './participants/participant-views.ts';
import type { PlaceOrder } from './place-order.ts';
import { orderProblem } from './problems.ts';
import type { SagaStore } from './saga/saga-store.ts';
import { sagaRowsExamples } from './saga-examples.ts';

export function sagaRowsRoutes(sagas: SagaStore<PlaceOrder>, participants: ParticipantViews): Router {
  const router = Router();

  router.get('/sagas/:id/rows', async (request, response) => {
    const { id } = readParams(request, idPath);
    if (!(await sagas.find(id))) throw orderProblem('saga-not-found', `Saga ${id}`);
    response.json(await participants.readRows(id));
  });

  return router;
}

/** The call, as the documents show it. */
export const sagaRowsOperation: Operation = {
  id: 'getSagaRows',
  tag: 'sagas',
  method: 'get',
  path: '/sagas/{id}/rows',
  summary: "The saga's payment and reservation, as the participants have recorded them",
  params: idPath,
  answers: { 200: { description: 'Both rows', schema: sagaRows, examples: sagaRowsExamples } },
  problems: ['saga-not-found'],
};

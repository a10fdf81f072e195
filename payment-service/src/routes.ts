import { Router } from 'express';
import type { Logger } from 'service-kit/logger';
import { readBody, readParams } from 'service-kit/request-input';
import type { Faults } from './faults.ts';
import { chargeRequest, refundRequest, sagaPath, toPayment } from './messages.ts';
import { paymentProblem } from './problems.ts';
import type { PaymentStore } from './store.ts';

/** The amount that always fails, so that a compensation can be seen at will. */
const failingAmountCents = 9999_00;

export function paymentRoutes(store: PaymentStore, faults: Faults, logger: Logger): Router {
  const router = Router();

  router.post('/payments/charge', async (request, response) => {
    const charge = readBody(request, chargeRequest);
    if (charge.fail || charge.amountCents === failingAmountCents) throw paymentProblem('charge-failed');
    const payment = await faults.inject('charge', response, () => store.charge(charge));
    logger.info(`payment charged (${payment.status})`, { sagaId: charge.sagaId, orderId: charge.orderId });
    response.json(toPayment(payment));
  });

  router.post('/payments/refund', async (request, response) => {
    const { sagaId, reason } = readBody(request, refundRequest);
    const payment = await faults.inject('refund', response, () => store.refund(sagaId));
    logger.info(`payment refunded (${payment.status})`, { sagaId, orderId: payment.orderId, reason });
    response.json(toPayment(payment));
  });

  router.get('/payments/:sagaId', async (request, response) => {
    const { sagaId } = readParams(request, sagaPath);
    response.json(toPayment(await store.find(sagaId)));
  });

  return router;
}

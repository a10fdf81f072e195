import type { Router } from 'express';
import { type Call, callRoutes } from 'service-kit/call-routes';
import type { Logger } from 'service-kit/logger';
import { readParams, validate } from 'service-kit/request-input';
import type { Faults } from './faults.ts';
import { chargeRequest, refundRequest, sagaPath, toPayment } from './messages.ts';
import { paymentProblem } from './problems.ts';
import type { PaymentStore } from './store.ts';

/** The amount that always fails, so that a compensation can be seen at will. */
const failingAmountCents = 9999_00;

export function paymentRoutes(store: PaymentStore, faults: Faults, logger: Logger): Router {
  const charge: Call = async (body, response) => {
    const request = validate(chargeRequest, body);
    if (request.fail || request.amountCents === failingAmountCents) throw paymentProblem('charge-failed');
    const payment = await faults.inject('charge', response, () => store.charge(request));
    logger.info(`payment charged (${payment.status})`, { sagaId: request.sagaId, orderId: request.orderId });
    return toPayment(payment);
  };

  const refund: Call = async (body, response) => {
    const { sagaId, reason } = validate(refundRequest, body);
    const payment = await faults.inject('refund', response, () => store.refund(sagaId));
    logger.info(`payment refunded (${payment.status})`, { sagaId, orderId: payment.orderId, reason });
    return toPayment(payment);
  };

  const router = callRoutes({ '/payments/charge': charge, '/payments/refund': refund }, '/payments/batch', logger);

  router.get('/payments/:sagaId', async (request, response) => {
    const { sagaId } = readParams(request, sagaPath);
    response.json(toPayment(await store.find(sagaId)));
  });

  return router;
}

import { fromCents } from 'service-kit/cents';
import { z } from 'zod';
import type { PlaceOrder } from '../place-order.ts';
import type { CallContext } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';
import { createCallBatch } from './call-batch.ts';
import { createParticipantClient } from './participant-call.ts';

export type PaymentProxy = ReturnType<typeof createPaymentProxy>;

// What an answer has to say, to count as a success.
const charged = z.object({ sagaId: z.string(), status: z.literal('CHARGED'), receiptId: z.string().min(1) });
const refunded = z.object({ sagaId: z.string(), status: z.enum(['REFUNDED', 'VOIDED']) });

/** payment-service as the saga sees it. */
export function createPaymentProxy(baseUrl: string) {
  const call = createCallBatch(createParticipantClient(baseUrl), '/payments/batch');
  return {
    /** Charges the order's amount. */
    charge({ orderId, amountCents, failPayment }: PlaceOrder, context: CallContext): Promise<CallResult> {
      const { sagaId } = context;
      const message = { sagaId, orderId, amount: fromCents(amountCents), fail: failPayment };
      return call('/payments/charge', message, charged, context);
    },

    /** Gives back what was charged, or bars a charge that is still on its way. */
    refund({ orderId }: PlaceOrder, context: CallContext): Promise<CallResult> {
      const message = { sagaId: context.sagaId, reason: `order ${orderId} cancelled` };
      return call('/payments/refund', message, refunded, context);
    },
  };
}

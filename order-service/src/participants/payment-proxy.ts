import { fromCents } from 'service-kit/cents';
import { z } from 'zod';
import type { PlaceOrder } from '../place-order.ts';
import type { CallContext } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';
import { callParticipant, createParticipantClient } from './participant-call.ts';

export type PaymentProxy = ReturnType<typeof createPaymentProxy>;

/** payment-service as the saga sees it. */
export function createPaymentProxy(baseUrl: string) {
  const client = createParticipantClient(baseUrl);
  return {
    /** Charges the order's amount. */
    charge({ orderId, amountCents, failPayment }: PlaceOrder, { sagaId, timeoutMs }: CallContext): Promise<CallResult> {
      const message = { sagaId, orderId, amount: fromCents(amountCents), fail: failPayment };
      const charged = z.object({
        sagaId: z.literal(sagaId),
        status: z.literal('CHARGED'),
        receiptId: z.string().min(1),
      });
      return callParticipant(client, '/payments/charge', message, charged, timeoutMs);
    },

    /** Gives back what was charged, or bars a charge that is still on its way. */
    refund({ orderId }: PlaceOrder, { sagaId, timeoutMs }: CallContext): Promise<CallResult> {
      const message = { sagaId, reason: `order ${orderId} cancelled` };
      const refunded = z.object({ sagaId: z.literal(sagaId), status: z.enum(['REFUNDED', 'VOIDED']) });
      return callParticipant(client, '/payments/refund', message, refunded, timeoutMs);
    },
  };
}

import { z } from 'zod';
import type { PlaceOrder } from '../place-order.ts';
import type { CallContext } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';
import { createCallBatch } from './call-batch.ts';
import { createParticipantClient } from './participant-call.ts';

export type InventoryProxy = ReturnType<typeof createInventoryProxy>;

// What an answer has to say, to count as a success.
const reserved = z.object({ sagaId: z.string(), status: z.literal('RESERVED'), reservationId: z.string().min(1) });
const released = z.object({ sagaId: z.string(), status: z.enum(['RELEASED', 'VOIDED']) });

/** inventory-service as the saga sees it. */
export function createInventoryProxy(baseUrl: string) {
  const call = createCallBatch(createParticipantClient(baseUrl), '/inventory/batch');
  return {
    /** Reserves the order's quantity of its item. */
    reserve({ itemName, quantity, failInventory }: PlaceOrder, context: CallContext): Promise<CallResult> {
      const message = { sagaId: context.sagaId, productId: itemName, quantity, fail: failInventory };
      return call('/inventory/reserve', message, reserved, context);
    },

    /** Gives back what was reserved, or bars a reservation that is still on its way. */
    release(_order: PlaceOrder, context: CallContext): Promise<CallResult> {
      return call('/inventory/release', { sagaId: context.sagaId }, released, context);
    },
  };
}

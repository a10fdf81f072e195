import { z } from 'zod';
import type { PlaceOrder } from '../place-order.ts';
import type { CallContext } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';
import { callParticipant, createParticipantClient } from './participant-call.ts';

export type InventoryProxy = ReturnType<typeof createInventoryProxy>;

/** inventory-service as the saga sees it. */
export function createInventoryProxy(baseUrl: string) {
  const client = createParticipantClient(baseUrl);
  return {
    /** Reserves the order's quantity of its item. */
    reserve(
      { itemName, quantity, failInventory }: PlaceOrder,
      { sagaId, timeoutMs }: CallContext,
    ): Promise<CallResult> {
      const message = { sagaId, productId: itemName, quantity, fail: failInventory };
      const reserved = z.object({
        sagaId: z.literal(sagaId),
        status: z.literal('RESERVED'),
        reservationId: z.string().min(1),
      });
      return callParticipant(client, '/inventory/reserve', message, reserved, timeoutMs);
    },

    /** Gives back what was reserved, or bars a reservation that is still on its way. */
    release(_order: PlaceOrder, { sagaId, timeoutMs }: CallContext): Promise<CallResult> {
      const released = z.object({ sagaId: z.literal(sagaId), status: z.enum(['RELEASED', 'VOIDED']) });
      return callParticipant(client, '/inventory/release', { sagaId }, released, timeoutMs);
    },
  };
}

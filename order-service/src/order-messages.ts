import { cents, fromCents } from 'service-kit/cents';
import { uuid } from 'service-kit/ids';
import { pageQuery } from 'service-kit/page';
import { plainText } from 'service-kit/text';
import { z } from 'zod';
import { type OrderRow, orderStatuses } from './order-schema.ts';
import { type Failure, type SagaStatus, sagaStatuses } from './saga/saga-events.ts';
import { toFailure } from './saga/saga-view.ts';

const itemName = plainText(100);
const quantity = z.int().min(1).max(100_000);
const maxAmountCents = 9_999_999_99;
const money = cents(0.01, 9_999_999.99);
const failFlags = { failPayment: z.boolean().default(false), failInventory: z.boolean().default(false) };

/** A request for an order, whichever dialect it came in. */
export interface OrderRequest {
  itemName: string;
  quantity: number;
  priceCents: number | null;
  amountCents: number;
  failPayment: boolean;
  failInventory: boolean;
}

/** The body of `POST /orders`; `item_name` is the older word for `itemName`. */
export const orderRequest = z.preprocess(
  (body) => (isRecord(body) && body['itemName'] === undefined ? { ...body, itemName: body['item_name'] } : body),
  z
    .object({ itemName, quantity, price: money, ...failFlags })
    .refine((order) => order.price * order.quantity <= maxAmountCents, {
      path: ['price'],
      error: 'times quantity must be at most 9999999.99',
    })
    .transform(({ price, ...order }): OrderRequest => {
      return { ...order, priceCents: price, amountCents: price * order.quantity };
    }),
);

/** The body of `POST /orders/place`. */
export const placeRequest = z
  .object({ productId: itemName, qty: quantity, amount: money, ...failFlags })
  .transform(({ productId, qty, amount, ...flags }): OrderRequest => {
    const priceCents = amount % qty === 0 ? amount / qty : null;
    return { itemName: productId, quantity: qty, priceCents, amountCents: amount, ...flags };
  });

export const idempotencyKey = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });
export const idPath = z.object({ id: uuid });
export const ordersQuery = pageQuery.extend({ status: z.enum(orderStatuses).optional() });
export const sagasQuery = pageQuery.extend({ status: z.enum(sagaStatuses).optional() });

/** An order with what its saga says about it. */
export interface OrderRecord extends OrderRow {
  sagaStatus: SagaStatus;
  failure: Failure | null;
}

/** An order as every call answers with it. */
export function toOrder(record: OrderRecord) {
  return {
    id: record.id,
    itemName: record.itemName,
    quantity: record.quantity,
    price: record.priceCents === null ? null : fromCents(record.priceCents),
    amount: fromCents(record.amountCents),
    status: record.status,
    sagaId: record.sagaId,
    sagaStatus: record.sagaStatus,
    failure: toFailure(record.failure),
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

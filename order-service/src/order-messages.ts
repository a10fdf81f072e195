import { cents, fromCents } from 'service-kit/cents';
import { uuid } from 'service-kit/ids';
import { pageQuery } from 'service-kit/page';
import { plainText } from 'service-kit/text';
import { z } from 'zod';
import { type OrderRow, orderStatuses } from './order-schema.ts';
import { type Failure, type SagaStatus, sagaStatuses } from './saga/saga-events.ts';
import { failure, toFailure } from './saga/saga-view.ts';

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
export const orderRequest = z
  .object({ itemName: itemName.optional(), item_name: itemName.optional(), quantity, price: money, ...failFlags })
  .refine(isNamed, { path: ['itemName'], error: 'is missing', when: () => true })
  .refine((order) => order.price * order.quantity <= maxAmountCents, {
    path: ['price'],
    error: 'times quantity must be at most 9999999.99',
  })
  .transform(({ itemName, item_name, price, ...order }): OrderRequest => {
    const name = (itemName ?? item_name) as string;
    return { itemName: name, ...order, priceCents: price, amountCents: price * order.quantity };
  });

/** The body of `POST /orders/place`. */
export const placeRequest = z
  .object({ productId: itemName, qty: quantity, amount: money, ...failFlags })
  .transform(({ productId, qty, amount, ...flags }): OrderRequest => {
    const priceCents = amount % qty === 0 ? amount / qty : null;
    return { itemName: productId, quantity: qty, priceCents, amountCents: amount, ...flags };
  });

export const idempotencyKey = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });
export const idPath = z.object({ id: uuid });
const changedSince = z.iso
  .datetime('must be a time in UTC such as 2030-01-31T12:00:00.000Z')
  .transform((text) => new Date(text))
  .refine((time) => time.getTime() >= 0, 'must not be before 1970')
  .optional();
export const ordersQuery = pageQuery.extend({ status: z.enum(orderStatuses).optional(), changedSince });
export const sagasQuery = pageQuery.extend({ status: z.enum(sagaStatuses).optional(), changedSince });

/** An order with what its saga says about it. */
export interface OrderRecord extends OrderRow {
  sagaStatus: SagaStatus;
  failure: Failure | null;
}

/** An order as every call answers with it. */
export const order = z.object({
  id: z.string(),
  itemName: z.string(),
  quantity: z.int(),
  price: z.number().nullable(),
  amount: z.number(),
  status: z.enum(orderStatuses),
  sagaId: z.string(),
  sagaStatus: z.enum(sagaStatuses),
  failure: failure.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** The answer to `POST /orders/place`. */
export const placedOrder = z.object({ orderId: z.string(), sagaId: z.string(), result: z.enum(sagaStatuses) });

export function toOrder(record: OrderRecord): z.output<typeof order> {
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

function isNamed(body: unknown): boolean {
  const { itemName, item_name } = Object(body);
  return Array.isArray(body) || itemName !== undefined || item_name !== undefined;
}

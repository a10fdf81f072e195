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
const failFlags = {
  failPayment: z.boolean().default(false).describe('Whether the charge is to fail'),
  failInventory: z.boolean().default(false).describe('Whether the reservation is to fail'),
};

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
  .object({
    itemName: itemName.optional().describe('This, or `item_name`'),
    item_name: itemName.optional(),
    quantity,
    price: money.describe('Of one. Times quantity it must be at most 9999999.99; 9999 in all makes the charge fail'),
    ...failFlags,
  })
  .refine(isNamed, { path: ['itemName'], error: 'is missing', when: () => true })
  .refine((order) => order.price * order.quantity <= maxAmountCents, {
    path: ['price'],
    error: 'times quantity must be at most 9999999.99',
  })
  .meta({ id: 'OrderRequest', anyOf: [{ required: ['itemName'] }, { required: ['item_name'] }] })
  .transform(({ itemName, item_name, price, ...order }): OrderRequest => {
    const name = (itemName ?? item_name) as string;
    return { itemName: name, ...order, priceCents: price, amountCents: price * order.quantity };
  });

/** The body of `POST /orders/place`. */
export const placeRequest = z
  .object({ productId: itemName, qty: quantity, amount: money.describe('Of all'), ...failFlags })
  .meta({ id: 'PlaceRequest' })
  .transform(({ productId, qty, amount, ...flags }): OrderRequest => {
    const priceCents = amount % qty === 0 ? amount / qty : null;
    return { itemName: productId, quantity: qty, priceCents, amountCents: amount, ...flags };
  });

/** The headers of a request for an order. */
export const orderHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'The same key never makes a second order: a repetition is answered with the first. Keys are compared byte by byte',
    )
    .meta({ examples: ['0b1f7c1e-click'] }),
  prefer: z
    .string()
    .optional()
    .describe('`respond-async` for an answer at once, without waiting for the saga')
    .meta({ examples: ['respond-async'] }),
});

/** The headers of the answer. */
export const placedHeaders = z.object({
  Location: z.string().describe('The order'),
  'Idempotent-Replayed': z.literal('true').optional().describe('The key had come before: this is the order of then'),
  'Preference-Applied': z.literal('respond-async').optional().describe('As it was preferred'),
});

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
export const order = z
  .object({
    id: z.string(),
    itemName: z.string(),
    quantity: z.int(),
    price: z
      .number()
      .nullable()
      .describe('Null where the amount of `POST /orders/place` is no multiple of its quantity'),
    amount: z.number().describe('What is charged: price times quantity'),
    status: z.enum(orderStatuses),
    sagaId: z.string(),
    sagaStatus: z.enum(sagaStatuses),
    failure: failure.nullable().describe('Why it was cancelled'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Order',
    examples: [
      {
        id: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b46',
        itemName: 'Bomb',
        quantity: 1,
        price: 9999,
        amount: 9999,
        status: 'CANCELLED',
        sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47',
        sagaStatus: 'COMPENSATED',
        failure: { step: 'payment', outcome: 'unknown', reason: 'HTTP 500 charge-failed' },
        createdAt: '2025-07-15T09:30:00.000Z',
        updatedAt: '2025-07-15T09:30:00.040Z',
      },
    ],
  });

/** The answer to `POST /orders/place`. */
export const placedOrder = z
  .object({ orderId: z.string(), sagaId: z.string(), result: z.enum(sagaStatuses) })
  .meta({ id: 'PlacedOrder' });

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

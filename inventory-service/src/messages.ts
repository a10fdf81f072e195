import { uuid } from 'service-kit/ids';
import { pageQueryUpTo, textPageQueryUpTo } from 'service-kit/page';
import { plainText } from 'service-kit/text';
import { z } from 'zod';
import { type ProductRow, type ReservationRow, reservationStatus } from './schema.ts';

/** Product ids are case-insensitive: `Apple` is `apple`. A text in NFC may have another form once its letters are small. */
const productId = plainText(100)
  .meta({ examples: ['apple'] })
  .transform((id) => id.toLowerCase().normalize('NFC'));

const quantity = z.int().min(1).max(100_000);

/** The body of `POST /inventory/reserve`; `qty` is the tutorial's word for `quantity`. */
export const reserveRequest = z
  .object({
    sagaId: uuid,
    productId,
    quantity: quantity.optional().describe('This, or `qty`'),
    qty: quantity.optional(),
    fail: z.boolean().default(false).describe('Whether to fail'),
  })
  .refine(isCounted, { path: ['quantity'], error: 'is missing', when: () => true })
  .meta({ id: 'ReserveRequest', anyOf: [{ required: ['quantity'] }, { required: ['qty'] }] })
  .transform(({ quantity, qty, ...request }) => ({ ...request, quantity: (quantity ?? qty) as number }));
export type ReserveRequest = z.output<typeof reserveRequest>;

/** The body of `POST /inventory/release`. */
export const releaseRequest = z.object({ sagaId: uuid }).meta({ id: 'ReleaseRequest' });

export const sagaPath = z.object({ sagaId: uuid });

/** The query of `GET /inventory`: long pages, since an audit reads them all. */
export const reservationsQuery = pageQueryUpTo(1000);

/** The query of the lists of products, which may be as many as a shop has. */
export const productsQuery = textPageQueryUpTo(1000);

export const productPath = z.object({ id: productId.describe('In any case and Unicode form: `Apple` is `apple`') });

/** The body of `PUT /inventory/products/{id}`: units free to be reserved. */
export const productUpdate = z.object({ available: z.int().min(0).max(1_000_000_000) }).meta({ id: 'ProductUpdate' });

/** A reservation as every call answers with it; what a VOIDED reservation never knew is null. */
export const reservation = z
  .object({
    sagaId: z.string(),
    productId: z.string().nullable(),
    quantity: z.int().nullable(),
    status: z.enum(reservationStatus.enumValues),
    reservationId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({
    id: 'Reservation',
    examples: [
      {
        sagaId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47',
        productId: 'kite',
        quantity: 3,
        status: 'RESERVED',
        reservationId: '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b48',
        createdAt: '2025-07-15T09:30:00.000Z',
        updatedAt: '2025-07-15T09:30:00.000Z',
      },
    ],
  });

export const product = z.object({ id: z.string(), available: z.int(), stocked: z.int() }).meta({ id: 'Product' });

/** What all reservations and all products come to. */
export const inventoryTotals = z
  .object({
    counts: z.record(z.enum(reservationStatus.enumValues), z.int()),
    reserved: z.int().describe('Units of the reservations that are RESERVED'),
    productCount: z.int(),
    available: z.int().describe('Units of all products'),
    stocked: z.int(),
  })
  .meta({ id: 'InventoryTotals' });

/** A product with the sum of the reservations that hold it. */
export const productTotals = product.extend({ reserved: z.int() }).meta({ id: 'ProductTotals' });

export function toReservation(row: ReservationRow): z.output<typeof reservation> {
  return {
    sagaId: row.sagaId,
    productId: row.productId,
    quantity: row.quantity,
    status: row.status,
    reservationId: row.reservationId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function toProduct({ id, available, stocked }: ProductRow): z.output<typeof product> {
  return { id, available, stocked };
}

function isCounted(body: unknown): boolean {
  const { quantity, qty } = Object(body);
  return Array.isArray(body) || quantity !== undefined || qty !== undefined;
}

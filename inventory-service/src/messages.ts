import { uuid } from 'service-kit/ids';
import { plainText } from 'service-kit/text';
import { z } from 'zod';
import type { ProductRow, ReservationRow } from './schema.ts';

/** Product ids are case-insensitive: `Apple` is `apple`. */
const productId = plainText(100).transform((id) => id.toLowerCase());

/** The body of `POST /inventory/reserve`; `qty` is the tutorial's word for `quantity`. */
export const reserveRequest = z.preprocess(
  (body) => (isRecord(body) && body['quantity'] === undefined ? { ...body, quantity: body['qty'] } : body),
  z.object({
    sagaId: uuid,
    productId,
    quantity: z.int().min(1).max(100_000),
    fail: z.boolean().default(false),
  }),
);
export type ReserveRequest = z.output<typeof reserveRequest>;

/** The body of `POST /inventory/release`. */
export const releaseRequest = z.object({ sagaId: uuid });

export const sagaPath = z.object({ sagaId: uuid });
export const productPath = z.object({ id: productId });

/** The body of `PUT /inventory/products/{id}`: units free to be reserved. */
export const productUpdate = z.object({ available: z.int().min(0).max(1_000_000_000) });

/** A reservation as every call answers with it; what a VOIDED reservation never knew is null. */
export function toReservation(row: ReservationRow) {
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

export function toProduct({ id, available, stocked }: ProductRow) {
  return { id, available, stocked };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

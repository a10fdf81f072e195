import { and, eq, gte, sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { Router } from 'express';
import { z } from 'zod';
import { HttpError, startTypicalService } from './service.ts';

const products = pgTable('products', { id: text('id').primaryKey(), available: integer('available').notNull() });

const reservations = pgTable('reservations', {
  id: uuid('id').primaryKey().defaultRandom(),
  sagaId: uuid('saga_id').notNull(),
  productId: text('product_id').notNull(),
  quantity: integer('quantity').notNull(),
  status: text('status').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

const reserveRequest = z.object({
  sagaId: z.uuid(),
  productId: z.string().min(1),
  quantity: z.number().int().positive(),
  fail: z.boolean().optional(),
});
const releaseRequest = z.object({ sagaId: z.uuid() });
const productUpdate = z.object({ available: z.number().int().nonnegative() });

startTypicalService('inventory-service', (db, logger) =>
  Router()
    .post('/inventory/reserve', async (request, response) => {
      const parsed = reserveRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'invalid reservation');
      const { sagaId, productId, quantity, fail } = parsed.data;
      if (fail) throw new HttpError(500, 'reserve failed');
      const reservation = await db.transaction(async (tx) => {
        const [product] = await tx
          .update(products)
          .set({ available: sql`${products.available} - ${quantity}` })
          .where(and(eq(products.id, productId), gte(products.available, quantity)))
          .returning();
        if (!product) throw new HttpError(409, 'out of stock');
        const [inserted] = await tx
          .insert(reservations)
          .values({ sagaId, productId, quantity, status: 'RESERVED' })
          .returning();
        return inserted;
      });
      logger.info('inventory reserved', { sagaId });
      response.json(reservation);
    })
    .post('/inventory/release', async (request, response) => {
      const parsed = releaseRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'invalid release');
      const { sagaId } = parsed.data;
      const released = await db.transaction(async (tx) => {
        const [reservation] = await tx
          .update(reservations)
          .set({ status: 'RELEASED', updatedAt: new Date() })
          .where(and(eq(reservations.sagaId, sagaId), eq(reservations.status, 'RESERVED')))
          .returning();
        if (!reservation) throw new HttpError(404, 'reservation not found');
        await tx
          .update(products)
          .set({ available: sql`${products.available} + ${reservation.quantity}` })
          .where(eq(products.id, reservation.productId));
        return reservation;
      });
      logger.info('inventory released', { sagaId });
      response.json(released);
    })
    .put('/inventory/products/:id', async (request, response) => {
      const parsed = productUpdate.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'invalid product');
      const { available } = parsed.data;
      const [product] = await db
        .insert(products)
        .values({ id: request.params.id, available })
        .onConflictDoUpdate({ target: products.id, set: { available } })
        .returning();
      response.json(product);
    }),
);

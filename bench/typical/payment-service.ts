import { eq } from 'drizzle-orm';
import { numeric, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { Router } from 'express';
import { z } from 'zod';
import { HttpError, startTypicalService } from './service.ts';

const payments = pgTable('payments', {
  id: uuid('id').primaryKey().defaultRandom(),
  sagaId: uuid('saga_id').notNull(),
  orderId: uuid('order_id').notNull(),
  amount: numeric('amount', { precision: 12, scale: 2 }).notNull(),
  status: text('status').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

const chargeRequest = z.object({
  sagaId: z.uuid(),
  orderId: z.uuid(),
  amount: z.number().positive(),
  fail: z.boolean().optional(),
});
const refundRequest = z.object({ sagaId: z.uuid() });

startTypicalService('payment-service', (db, logger) =>
  Router()
    .post('/payments/charge', async (request, response) => {
      const parsed = chargeRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'invalid charge');
      const { sagaId, orderId, amount, fail } = parsed.data;
      if (fail || amount === 9999) throw new HttpError(500, 'charge failed');
      const [payment] = await db
        .insert(payments)
        .values({ sagaId, orderId, amount: amount.toFixed(2), status: 'CHARGED' })
        .returning();
      logger.info('payment charged', { sagaId, orderId });
      response.json(payment);
    })
    .post('/payments/refund', async (request, response) => {
      const parsed = refundRequest.safeParse(request.body);
      if (!parsed.success) throw new HttpError(400, 'invalid refund');
      const { sagaId } = parsed.data;
      const [payment] = await db
        .update(payments)
        .set({ status: 'REFUNDED', updatedAt: new Date() })
        .where(eq(payments.sagaId, sagaId))
        .returning();
      if (!payment) throw new HttpError(404, 'payment not found');
      logger.info('payment refunded', { sagaId, orderId: payment.orderId });
      response.json(payment);
    }),
);

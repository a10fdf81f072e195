import axios from 'axios';
import { eq } from 'drizzle-orm';
import { bigserial, integer, numeric, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { Router } from 'express';
import { z } from 'zod';
import { startTypicalService } from './service.ts';

// The saga as it is usually written: on the call stack, a query for each step, and an undo for what is known to have
// been done. A crash or a lost reply leaves an order half done.
const orders = pgTable('orders', {
  id: uuid('id').primaryKey().defaultRandom(),
  sagaId: uuid('saga_id').notNull().defaultRandom(),
  itemName: text('item_name').notNull(),
  quantity: integer('quantity').notNull(),
  price: numeric('price', { precision: 12, scale: 2 }).notNull(),
  amount: numeric('amount', { precision: 12, scale: 2 }).notNull(),
  status: text('status').notNull().default('PENDING'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

const sagaSteps = pgTable('saga_steps', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  sagaId: uuid('saga_id').notNull(),
  step: text('step').notNull(),
  status: text('status').notNull(),
});

const orderRequest = z.object({
  itemName: z.string().min(1).max(100),
  quantity: z.number().int().positive(),
  price: z.number().positive(),
  failPayment: z.boolean().optional(),
  failInventory: z.boolean().optional(),
});

const paymentUrl = process.env['PAYMENT_SERVICE_URL'];
const inventoryUrl = process.env['INVENTORY_SERVICE_URL'];

startTypicalService('order-service', (db, logger) => {
  async function recordStep(sagaId: string, step: string, status: string): Promise<void> {
    await db.insert(sagaSteps).values({ sagaId, step, status });
  }

  async function setStatus(id: string, status: string) {
    const [order] = await db.update(orders).set({ status, updatedAt: new Date() }).where(eq(orders.id, id)).returning();
    return order;
  }

  return Router().post('/orders', async (request, response) => {
    const parsed = orderRequest.safeParse(request.body);
    if (!parsed.success) return void response.status(400).json({ error: parsed.error.issues });
    const { itemName, quantity, price, failPayment, failInventory } = parsed.data;
    const amount = price * quantity;
    const [created] = await db
      .insert(orders)
      .values({ itemName, quantity, price: price.toFixed(2), amount: amount.toFixed(2) })
      .returning();
    const { id, sagaId } = created as typeof orders.$inferSelect;

    const done: string[] = [];
    try {
      await axios.post(`${paymentUrl}/payments/charge`, { sagaId, orderId: id, amount, fail: failPayment });
      done.push('payment');
      await recordStep(sagaId, 'payment', 'SUCCEEDED');
      await axios.post(`${inventoryUrl}/inventory/reserve`, {
        sagaId,
        productId: itemName.toLowerCase(),
        quantity,
        fail: failInventory,
      });
      done.push('inventory');
      await recordStep(sagaId, 'inventory', 'SUCCEEDED');
      const order = await setStatus(id, 'COMPLETED');
      logger.info('order completed', { orderId: id, sagaId });
      response.status(201).json(order);
    } catch (error) {
      logger.error('saga failed, compensating', { orderId: id, sagaId, error: (error as Error).message });
      if (done.includes('inventory')) {
        await axios.post(`${inventoryUrl}/inventory/release`, { sagaId });
        await recordStep(sagaId, 'inventory', 'COMPENSATED');
      }
      if (done.includes('payment')) {
        await axios.post(`${paymentUrl}/payments/refund`, { sagaId, reason: 'saga failed' });
        await recordStep(sagaId, 'payment', 'COMPENSATED');
      }
      const order = await setStatus(id, 'CANCELLED');
      logger.info('order cancelled', { orderId: id, sagaId });
      response.status(201).json(order);
    }
  });
});

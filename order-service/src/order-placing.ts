import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutDatabaseBudget } from 'service-kit/database-budget';
import { violates } from 'service-kit/database-errors';
import { newId } from 'service-kit/ids';
import { waitAtMost } from 'service-kit/wait-at-most';
import type { OrderRecord, OrderRequest } from './order-messages.ts';
import type { OrderRow } from './order-schema.ts';
import type { OrderStore } from './order-store.ts';
import type { PlaceOrder } from './place-order.ts';
import { orderProblem } from './problems.ts';
import { Overloaded, type SagaEngine } from './saga/saga-engine.ts';
import { isOver, type SagaEvent } from './saga/saga-events.ts';
import { readLog } from './saga/saga-state.ts';
import { CommitUnknown } from './saga/saga-store.ts';

export interface OrderPlacingOptions {
  engine: SagaEngine<PlaceOrder>;
  orders: OrderStore;
  orderWaitMs: number;
  orderPollMs: number;
  drainWaitMs: number;
}

/** An order that was recorded by this request or, with the same key, by an earlier one. */
export interface PlacedOrder {
  order: OrderRecord;
  replayed: boolean;
  /** Where this process drives the saga: the end of the drive, and the order as far as it got. */
  drive?: { ended: Promise<void>; tell(): OrderRecord };
}

export type OrderPlacing = ReturnType<typeof createOrderPlacing>;

/** Records orders and waits for their sagas. */
export function createOrderPlacing({ engine, orders, orderWaitMs, orderPollMs, drainWaitMs }: OrderPlacingOptions) {
  let drainEndsAt = Number.POSITIVE_INFINITY;

  /**
   * Commits the order and its saga, and has the saga driven. With a key that was seen before it gives the order of then.
   * @throws Problem draining, overloaded, idempotency-key-reused, or order-state-unknown
   */
  async function place(request: OrderRequest, key: string | undefined): Promise<PlacedOrder> {
    if (drainEndsAt !== Number.POSITIVE_INFINITY) throw orderProblem('draining');
    const requestHash = key === undefined ? null : hash(request);
    const before = key === undefined ? undefined : await orders.findByKey(key);
    if (before) return replay(before, requestHash);
    try {
      return await begin(request, key ?? null, requestHash);
    } catch (error) {
      if (error instanceof Overloaded) throw orderProblem('overloaded');
      if (error instanceof CommitUnknown) throw orderProblem('order-state-unknown');
      if (key === undefined || !violates(error, 'orders_idempotency_key')) throw error;
      return replay((await orders.findByKey(key)) as OrderRecord, requestHash);
    }
  }

  async function begin(request: OrderRequest, idempotencyKey: string | null, requestHash: string | null) {
    const { failPayment, failInventory, ...order } = request;
    const row = { ...order, id: newId(), sagaId: newId(), idempotencyKey, requestHash };
    const { saga, driven } = await engine.begin(row.sagaId, toSagaInput(row.id, request), row);
    const tell = () => tellOrder(row, saga.log);
    return { order: tell(), replayed: false, drive: { ended: driven, tell } };
  }

  /** The order once its saga is over, or as it stands when the time to wait is up. */
  async function waitUntilOver({ order, drive }: PlacedOrder): Promise<OrderRecord> {
    const waitEndsAt = performance.now() + orderWaitMs;
    const leftMs = () => Math.max(0, Math.min(waitEndsAt, drainEndsAt) - performance.now());
    if (drive) await waitAtMost(leftMs(), drive.ended);
    let current = drive?.tell() ?? order;
    while (!isOver(current.sagaStatus) && leftMs() > 0) {
      await sleep(Math.min(orderPollMs, leftMs()));
      current = await reread(current, leftMs());
    }
    return current;
  }

  /** The order by now, or as it was where the database does not say: it is recorded, and that is what counts. */
  async function reread(order: OrderRecord, timeoutMs: number): Promise<OrderRecord> {
    // A wait is bounded by itself, and looks so often that it would use up what a request may take.
    const found = withoutDatabaseBudget(() => orders.find(order.id)).catch(() => undefined);
    return (await waitAtMost(timeoutMs, found)) ?? order;
  }

  return {
    place,
    waitUntilOver,
    /** From now on new orders are refused, and those that wait are answered soon. */
    drain(): void {
      drainEndsAt = performance.now() + drainWaitMs;
    },
  };
}

function replay(order: OrderRecord, requestHash: string | null): PlacedOrder {
  if (order.requestHash !== requestHash) throw orderProblem('idempotency-key-reused');
  return { order, replayed: true };
}

/** A new order, as far as the log of its saga goes. */
function tellOrder(
  order: Omit<OrderRow, 'status' | 'createdAt' | 'updatedAt'>,
  log: readonly SagaEvent[],
): OrderRecord {
  const { status: sagaStatus, failure, begunAt } = readLog(log);
  const settled = log.find(({ type }) => type === 'failed' || type === 'ended');
  const status = sagaStatus === 'COMPLETED' ? 'COMPLETED' : settled ? 'CANCELLED' : 'PENDING';
  return { ...order, status, sagaStatus, failure, createdAt: begunAt, updatedAt: settled?.at ?? begunAt };
}

function toSagaInput(orderId: string, request: OrderRequest): PlaceOrder {
  const { priceCents: _, ...input } = request;
  return { orderId, ...input };
}

function hash(request: OrderRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(request, Object.keys(request).sort()))
    .digest('hex');
}

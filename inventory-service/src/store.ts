import { and, asc, eq, gte, sql } from 'drizzle-orm';
import { type Database, type Transaction, violates } from 'service-kit/database';
import { newId } from 'service-kit/ids';
import type { ReserveRequest } from './messages.ts';
import { inventoryProblem } from './problems.ts';
import { type ProductRow, products, type ReservationRow, reservations } from './schema.ts';

export type InventoryStore = ReturnType<typeof createInventoryStore>;

export function createInventoryStore(db: Database) {
  async function find(sagaId: string): Promise<ReservationRow> {
    const [row] = await db.select().from(reservations).where(eq(reservations.sagaId, sagaId));
    if (!row) throw inventoryProblem('reservation-not-found', `Saga ${sagaId}`);
    return row;
  }

  return {
    /** The saga's reservation. Throws Problem reservation-not-found. */
    find,

    /**
     * Reserves for the saga once, however often and however simultaneously it is asked.
     * @throws Problem product-not-found, out-of-stock, reserve-after-release, or reserve-conflict if the saga reserved
     *   something else
     */
    async reserve(request: ReserveRequest): Promise<ReservationRow> {
      const reserved = await db.transaction(async (tx) => {
        const barrier = await takeBarrier(tx, request);
        if (barrier) await takeStock(tx, request);
        return barrier;
      });
      if (reserved) return reserved;
      const before = await find(request.sagaId);
      if (before.status !== 'RESERVED') throw inventoryProblem('reserve-after-release', `Saga ${request.sagaId}`);
      if (before.productId !== request.productId || before.quantity !== request.quantity) {
        throw inventoryProblem('reserve-conflict');
      }
      return before;
    },

    /** Gives back what the saga reserved, or bars it from reserving later. Never refuses. */
    async release(sagaId: string): Promise<ReservationRow> {
      const released = await db.transaction(async (tx) => {
        const [barrier] = await tx
          .insert(reservations)
          .values({ sagaId, status: 'VOIDED' })
          .onConflictDoUpdate({
            target: reservations.sagaId,
            set: { status: 'RELEASED', updatedAt: sql`now()` },
            setWhere: eq(reservations.status, 'RESERVED'),
          })
          .returning();
        if (barrier?.status === 'RELEASED') await returnStock(tx, barrier);
        return barrier;
      });
      return released ?? find(sagaId);
    },

    /** Every product by id. */
    listProducts(): Promise<ProductRow[]> {
      return db.select().from(products).orderBy(asc(products.id));
    },

    /** Sets what is available of a product, and so what is stocked; makes the product if there is none. */
    async stockProduct(id: string, available: number): Promise<ProductRow> {
      const [product] = await db
        .insert(products)
        .values({ id, available, stocked: available })
        .onConflictDoUpdate({
          target: products.id,
          set: { available, stocked: sql`${available}::bigint + ${products.reserved}` },
        })
        .returning();
      return product as ProductRow;
    },
  };
}

/** The new row, or undefined if the saga has one already; waits for whoever is inserting it. */
async function takeBarrier(tx: Transaction, { sagaId, productId, quantity }: ReserveRequest) {
  try {
    const [row] = await tx
      .insert(reservations)
      .values({ sagaId, productId, quantity, status: 'RESERVED', reservationId: newId() })
      .onConflictDoNothing()
      .returning();
    return row;
  } catch (error) {
    if (!violates(error, 'reservations_product_id_products_id_fk')) throw error;
    throw inventoryProblem('product-not-found', `Product ${productId}`);
  }
}

async function takeStock(tx: Transaction, { productId, quantity }: ReserveRequest): Promise<void> {
  const taken = await tx
    .update(products)
    .set({
      available: sql`${products.available} - ${quantity}`,
      reserved: sql`${products.reserved} + ${quantity}`,
    })
    .where(and(eq(products.id, productId), gte(products.available, quantity)))
    .returning({ id: products.id });
  if (taken.length === 0) throw inventoryProblem('out-of-stock', `${quantity} of ${productId}`);
}

async function returnStock(tx: Transaction, { productId, quantity }: ReservationRow): Promise<void> {
  await tx
    .update(products)
    .set({
      available: sql`${products.available} + ${quantity}`,
      reserved: sql`${products.reserved} - ${quantity}`,
    })
    .where(eq(products.id, productId as string));
}

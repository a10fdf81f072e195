import { asc, eq, sql } from 'drizzle-orm';
import { type Database, violates } from 'service-kit/database';
import { newId } from 'service-kit/ids';
import type { Problem } from 'service-kit/problem';
import type { ReserveRequest } from './messages.ts';
import type { OperationCount } from './metrics.ts';
import { inventoryProblem } from './problems.ts';
import { type ProductRow, products, type ReservationRow, reservations } from './schema.ts';

export type InventoryStore = ReturnType<typeof createInventoryStore>;

/** @param count told of every reserve and release */
export function createInventoryStore(db: Database, count: OperationCount = () => {}) {
  async function find(sagaId: string): Promise<ReservationRow> {
    const [row] = await db.select().from(reservations).where(eq(reservations.sagaId, sagaId));
    if (!row) throw inventoryProblem('reservation-not-found', `Saga ${sagaId}`);
    return row;
  }

  function refuse(...problem: Parameters<typeof inventoryProblem>): Problem {
    count('reserve', 'refused');
    return inventoryProblem(...problem);
  }

  /**
   * One statement: it writes the barrier row, waiting for whoever is writing it, and whoever wrote it takes the stock.
   * The schema's constraints refuse what there is not, and the refusal undoes both. Undefined if the row was there.
   */
  async function takeBarrierAndStock({ sagaId, productId, quantity }: ReserveRequest) {
    // Null unless the statement sees the product: its foreign key alone would also find one that was made since the
    // statement began, from which nothing could be taken.
    const visibleProduct = sql`(SELECT id FROM ${products} WHERE id = ${productId})`;
    const barrier = db
      .$with('barrier')
      .as(
        db
          .insert(reservations)
          .values({ sagaId, productId: visibleProduct, quantity, status: 'RESERVED', reservationId: newId() })
          .onConflictDoNothing()
          .returning(),
      );
    const taken = db.$with('taken').as(
      db
        .update(products)
        .set({
          available: sql`${products.available} - ${barrier.quantity}`,
          reserved: sql`${products.reserved} + ${barrier.quantity}`,
        })
        .from(barrier)
        .where(eq(products.id, barrier.productId)),
    );
    try {
      const [reserved] = await db.with(barrier, taken).select().from(barrier);
      return reserved;
    } catch (error) {
      if (violates(error, 'reservations_voided_knows_nothing')) {
        throw refuse('product-not-found', `Product ${productId}`);
      }
      if (violates(error, 'products_never_oversold')) throw refuse('out-of-stock', `${quantity} of ${productId}`);
      throw error;
    }
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
      const reserved = await takeBarrierAndStock(request);
      if (reserved) {
        count('reserve', 'applied');
        return reserved;
      }
      const before = await find(request.sagaId);
      if (before.status !== 'RESERVED') throw refuse('reserve-after-release', `Saga ${request.sagaId}`);
      if (before.productId !== request.productId || before.quantity !== request.quantity) {
        throw refuse('reserve-conflict');
      }
      count('reserve', 'replayed');
      return before;
    },

    /** Gives back what the saga reserved, or bars it from reserving later. Never refuses. */
    async release(sagaId: string): Promise<ReservationRow> {
      const barrier = db.$with('barrier').as(
        db
          .insert(reservations)
          .values({ sagaId, status: 'VOIDED' })
          .onConflictDoUpdate({
            target: reservations.sagaId,
            set: { status: 'RELEASED', updatedAt: sql`now()` },
            setWhere: eq(reservations.status, 'RESERVED'),
          })
          .returning(),
      );
      // The product is there: only the conflict clause runs. Unlike an update, it finds the product as it is now, also
      // if the product was made, or reserved from, while this statement waited for the barrier.
      const returned = db.$with('returned').as(
        db
          .insert(products)
          .select(
            db
              .select({
                id: sql<string>`${barrier.productId}`.as('id'),
                available: sql<number>`${barrier.quantity}`.as('available'),
                reserved: sql<number>`0`.as('reserved'),
                stocked: sql<number>`${barrier.quantity}`.as('stocked'),
              })
              .from(barrier)
              .where(eq(barrier.status, 'RELEASED')),
          )
          .onConflictDoUpdate({
            target: products.id,
            set: {
              available: sql`${products.available} + excluded.available`,
              reserved: sql`${products.reserved} - excluded.available`,
            },
          }),
      );
      const [released] = await db.with(barrier, returned).select().from(barrier);
      count('release', nameResult(released));
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

/** @param written the row that the release wrote, if it had to */
function nameResult(written: ReservationRow | undefined) {
  if (!written) return 'replayed';
  return written.status === 'RELEASED' ? 'applied' : 'voided';
}

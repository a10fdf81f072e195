import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import { violates } from 'service-kit/database-errors';
import { newId } from 'service-kit/ids';
import type { TextPageQuery } from 'service-kit/page';
import type { Problem } from 'service-kit/problem';
import { columnsOf, readRow } from 'service-kit/statement';
import { batchedItems, createStatementBatch } from 'service-kit/statement-batch';
import type { ReserveRequest } from './messages.ts';
import type { OperationCount } from './metrics.ts';
import { inventoryProblem } from './problems.ts';
import { type ProductRow, products, type ReservationRow, reservations } from './schema.ts';

export type InventoryStore = ReturnType<typeof createInventoryStore>;

/** @param count told of every reserve and release */
export function createInventoryStore(db: Database, count: OperationCount = () => {}) {
  const writeReserve = createReserve(db);
  const writeRelease = createRelease(db);

  async function look(sagaId: string): Promise<ReservationRow | undefined> {
    const [row] = await db.select().from(reservations).where(eq(reservations.sagaId, sagaId));
    return row;
  }

  async function find(sagaId: string): Promise<ReservationRow> {
    const row = await look(sagaId);
    if (!row) throw inventoryProblem('reservation-not-found', `Saga ${sagaId}`);
    return row;
  }

  async function isProduct(id: string): Promise<boolean> {
    return (await db.$count(products, eq(products.id, id))) > 0;
  }

  function refuse(...problem: Parameters<typeof inventoryProblem>): Problem {
    count('reserve', 'refused');
    return inventoryProblem(...problem);
  }

  return {
    /** The saga's reservation. Throws Problem reservation-not-found. */
    find,

    /**
     * Reserves for the saga once, however often and however simultaneously it is asked.
     * @throws Problem product-not-found, out-of-stock, reserve-after-release, or reserve-conflict if the saga reserved
     *   something else
     */
    async reserve({ sagaId, productId, quantity }: ReserveRequest): Promise<ReservationRow> {
      const outOfStock = () => refuse('out-of-stock', `${quantity} of ${productId}`);
      const reserved = await writeReserve({ sagaId, productId, quantity, reservationId: newId() }).catch((error) => {
        throw violates(error, 'products_never_oversold') ? outOfStock() : error;
      });
      if (reserved) {
        count('reserve', 'applied');
        return readRow(reservations, reserved);
      }
      const before = await look(sagaId);
      if (!before) {
        throw (await isProduct(productId)) ? outOfStock() : refuse('product-not-found', `Product ${productId}`);
      }
      if (before.status !== 'RESERVED') throw refuse('reserve-after-release', `Saga ${sagaId}`);
      if (before.productId !== productId || before.quantity !== quantity) throw refuse('reserve-conflict');
      count('reserve', 'replayed');
      return before;
    },

    /** Gives back what the saga reserved, or bars it from reserving later. Never refuses. */
    async release(sagaId: string): Promise<ReservationRow> {
      const released = await writeRelease({ sagaId });
      count('release', nameResult(released));
      return released ? readRow(reservations, released) : find(sagaId);
    },

    /** Up to `limit + 1` products by id, after the cursor. */
    listProducts({ limit, cursor }: TextPageQuery = { limit: 1000 }): Promise<ProductRow[]> {
      return db
        .select()
        .from(products)
        .where(cursor ? gt(products.id, cursor) : undefined)
        .orderBy(asc(products.id))
        .limit(limit + 1);
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

/** A row of `reservations` as the driver gives it. */
interface WrittenReservation {
  saga_id: string;
  status: ReservationRow['status'];
  reservation_id: string | null;
  [column: string]: unknown;
}

/**
 * Writes the barrier row, waiting for whoever is writing it, and whoever wrote it takes the stock. There is none to answer
 * with if the saga has a row, or the product had not that much when the statement began: so one that is sold out fails no
 * batch. What others took since, the schema refuses.
 */
function createReserve(db: Database) {
  return createStatementBatch<Omit<ReserveRequest, 'fail'> & { reservationId: string }, WrittenReservation>(db, {
    // Each table in the order of its key, so that two batches with the same rows wait for each other in that order. All of
    // the products are there: of their insert only the conflict clause runs, which finds them as they are now.
    statement: sql`
      WITH barrier AS (
        INSERT INTO ${reservations} (saga_id, status, product_id, quantity, reservation_id)
        SELECT "sagaId", 'RESERVED', "productId", quantity, "reservationId"
        FROM json_to_recordset(${batchedItems})
          AS item ("sagaId" uuid, "productId" text, quantity int, "reservationId" uuid)
        JOIN ${products} ON ${products.id} = "productId" AND ${products.available} >= quantity
        ORDER BY "sagaId"
        ON CONFLICT DO NOTHING
        RETURNING ${columnsOf(reservations)}
      ), taken AS (
        INSERT INTO ${products} (id, available, stocked)
        SELECT product_id, sum(quantity), sum(quantity) FROM barrier GROUP BY product_id ORDER BY product_id
        ON CONFLICT (id) DO UPDATE SET
          available = ${products.available} - excluded.available,
          reserved = ${products.reserved} + excluded.available
      )
      SELECT ${columnsOf(reservations)} FROM barrier`,
    // Of two items of one saga, only the one that was written.
    itemKey: ({ reservationId }) => reservationId,
    rowKey: ({ reservation_id }) => String(reservation_id),
  });
}

/** Writes a saga's release, or its bar, unless it has either, and gives back what it reserved. */
function createRelease(db: Database) {
  return createStatementBatch<{ sagaId: string }, WrittenReservation>(db, {
    // In order, and into products that are there, as above.
    statement: sql`
      WITH barrier AS (
        INSERT INTO ${reservations} (saga_id, status)
        SELECT "sagaId", 'VOIDED' FROM json_to_recordset(${batchedItems}) AS item ("sagaId" uuid)
        ORDER BY "sagaId"
        ON CONFLICT (saga_id) DO UPDATE SET status = 'RELEASED', updated_at = now()
          WHERE ${reservations.status} = 'RESERVED'
        RETURNING ${columnsOf(reservations)}
      ), returned AS (
        INSERT INTO ${products} (id, available, stocked)
        SELECT product_id, sum(quantity), sum(quantity)
        FROM barrier WHERE status = 'RELEASED' GROUP BY product_id ORDER BY product_id
        ON CONFLICT (id) DO UPDATE SET
          available = ${products.available} + excluded.available,
          reserved = ${products.reserved} - excluded.available
      )
      SELECT ${columnsOf(reservations)} FROM barrier`,
    // Postgres refuses to write one row twice in one statement, so of two items of one saga each goes by itself.
    itemKey: ({ sagaId }) => sagaId,
    rowKey: ({ saga_id }) => saga_id,
  });
}

/** @param written the row that the release wrote, if it had to */
function nameResult(written: WrittenReservation | undefined) {
  if (!written) return 'replayed';
  return written.status === 'RELEASED' ? 'applied' : 'voided';
}

import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import type { PageQuery, TextPageQuery } from 'service-kit/page';
import type { z } from 'zod';
import type { inventoryTotals, productTotals } from './messages.ts';
import { products, type ReservationRow, reservations } from './schema.ts';

export type AuditStore = ReturnType<typeof createAuditStore>;

/**
 * Reads over all reservations and products.
 * @param longReads the same database, for what reads every row
 */
export function createAuditStore(db: Database, longReads: Database) {
  return {
    /** Up to `limit + 1` reservations by saga id, after the cursor. */
    list({ limit, cursor }: PageQuery): Promise<ReservationRow[]> {
      return db
        .select()
        .from(reservations)
        .where(cursor ? gt(reservations.sagaId, cursor) : undefined)
        .orderBy(asc(reservations.sagaId))
        .limit(limit + 1);
    },

    /** One statement, so that the totals are of one moment. */
    async sum(): Promise<z.output<typeof inventoryTotals>> {
      const stock = longReads.$with('stock').as(
        longReads
          .select({
            productCount: sql`count(*)`.mapWith(Number).as('product_count'),
            available: sql`coalesce(sum(${products.available}), 0)`.mapWith(Number).as('available'),
            stocked: sql`coalesce(sum(${products.stocked}), 0)`.mapWith(Number).as('stocked'),
          })
          .from(products),
      );
      const [row] = await longReads
        .with(stock)
        .select({
          counts: { RESERVED: countOf('RESERVED'), RELEASED: countOf('RELEASED'), VOIDED: countOf('VOIDED') },
          reserved: sql`coalesce(sum(${reservations.quantity}) FILTER (WHERE ${isReserved}), 0)`.mapWith(Number),
          productCount: sql`(SELECT ${stock.productCount} FROM ${stock})`.mapWith(Number),
          available: sql`(SELECT ${stock.available} FROM ${stock})`.mapWith(Number),
          stocked: sql`(SELECT ${stock.stocked} FROM ${stock})`.mapWith(Number),
        })
        .from(reservations);
      return row as NonNullable<typeof row>;
    },

    /** Up to `limit + 1` products by id, after the cursor: one statement, so that each is of one moment. */
    sumProducts({ limit, cursor }: TextPageQuery): Promise<z.output<typeof productTotals>[]> {
      const { id, available, stocked } = products;
      const page = longReads.$with('page').as(
        longReads
          .select({ id, available, stocked })
          .from(products)
          .where(cursor ? gt(id, cursor) : undefined)
          .orderBy(asc(id))
          .limit(limit + 1),
      );
      // Product by product: the index gives those of one without a look at the reservations of all others.
      const held = longReads
        .select({ units: sql`coalesce(sum(${reservations.quantity}), 0)` })
        .from(reservations)
        .where(and(isReserved, eq(reservations.productId, page.id)));
      return longReads
        .with(page)
        .select({
          id: page.id,
          available: page.available,
          stocked: page.stocked,
          reserved: sql`(${held})`.mapWith(Number),
        })
        .from(page)
        .orderBy(asc(page.id));
    },
  };
}

const hasStatus = (status: ReservationRow['status']) => sql`${reservations.status} = ${status}`;
/** As the index of what is reserved has it: a parameter could be any status. */
const isReserved = sql`${reservations.status} = 'RESERVED'`;
const countOf = (status: ReservationRow['status']) =>
  sql<number>`count(*) FILTER (WHERE ${hasStatus(status)})`.mapWith(Number);

import { asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import type { PageQuery } from 'service-kit/page';
import type { z } from 'zod';
import type { inventoryTotals } from './messages.ts';
import { products, type ReservationRow, reservations } from './schema.ts';

export type AuditStore = ReturnType<typeof createAuditStore>;

/**
 * Reads over all reservations.
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

    /** One statement, so that the totals are of one moment. Its rows are the products, or one without any. */
    async sum(): Promise<z.output<typeof inventoryTotals>> {
      const held = longReads.$with('held').as(
        longReads
          .select({
            productId: reservations.productId,
            units: sql<string>`sum(${reservations.quantity})`.as('units'),
          })
          .from(reservations)
          .where(hasStatus('RESERVED'))
          .groupBy(reservations.productId),
      );
      const counted = longReads.$with('counted').as(
        longReads
          .select({
            RESERVED: countOf('RESERVED').as('RESERVED'),
            RELEASED: countOf('RELEASED').as('RELEASED'),
            VOIDED: countOf('VOIDED').as('VOIDED'),
          })
          .from(reservations),
      );
      const rows = await longReads
        .with(held, counted)
        .select({
          RESERVED: counted.RESERVED,
          RELEASED: counted.RELEASED,
          VOIDED: counted.VOIDED,
          product: { id: products.id, available: products.available, stocked: products.stocked },
          reserved: sql`coalesce(${held.units}, 0)`.mapWith(Number),
        })
        .from(counted)
        .leftJoin(products, sql`true`)
        .leftJoin(held, eq(held.productId, products.id))
        .orderBy(asc(products.id));
      const [{ RESERVED, RELEASED, VOIDED }] = rows as [(typeof rows)[number]];
      return {
        counts: { RESERVED, RELEASED, VOIDED },
        products: rows.flatMap(({ product, reserved }) => (product ? [{ ...product, reserved }] : [])),
      };
    },
  };
}

const hasStatus = (status: ReservationRow['status']) => sql`${reservations.status} = ${status}`;
const countOf = (status: ReservationRow['status']) =>
  sql<number>`count(*) FILTER (WHERE ${hasStatus(status)})`.mapWith(Number);

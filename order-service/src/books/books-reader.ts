import { sql } from 'drizzle-orm';
import { fromCents } from 'service-kit/cents';
import { type Database, readClock } from 'service-kit/database';
import type { AuditVerdictStore } from '../audit/audit-verdict-store.ts';
import { orderStatuses, orders } from '../order-schema.ts';
import type { ParticipantTotals, ParticipantViews } from '../participants/participant-views.ts';
import { sagaStatuses } from '../saga/saga-events.ts';
import { sagas } from '../saga/saga-schema.ts';
import type { Books } from './books-messages.ts';

export interface BooksSources {
  db: Database;
  verdicts: AuditVerdictStore;
  participants: ParticipantViews;
}

/** Reads the books of all three services. Its cost grows with them. */
export async function readBooks({ db, verdicts, participants }: BooksSources): Promise<Books> {
  const [at, byStatus, bySaga, totals, lastAudit] = await Promise.all([
    readClock(db),
    countOrders(db),
    countSagas(db),
    participants.readTotals(),
    verdicts.find(),
  ]);
  return {
    at: at.toISOString(),
    orders: fillIn(orderStatuses, byStatus),
    completed: fromCents(byStatus.find(({ status }) => status === 'COMPLETED')?.amountCents ?? 0),
    sagas: fillIn(sagaStatuses, bySaga),
    ...toShown(totals),
    lastAudit,
  };
}

function countOrders(db: Database) {
  return db
    .select({
      status: orders.status,
      count: sql`count(*)`.mapWith(Number),
      amountCents: sql`sum(${orders.amountCents})`.mapWith(Number),
    })
    .from(orders)
    .groupBy(orders.status);
}

function countSagas(db: Database) {
  return db
    .select({ status: sagas.status, count: sql`count(*)`.mapWith(Number) })
    .from(sagas)
    .groupBy(sagas.status);
}

/** A count for each status, 0 where nothing has it. */
function fillIn<Status extends string>(statuses: readonly Status[], rows: { status: Status; count: number }[]) {
  const counts = new Map(rows.map(({ status, count }) => [status, count]));
  return Object.fromEntries(statuses.map((status) => [status, counts.get(status) ?? 0])) as Record<Status, number>;
}

function toShown({ payment, inventory }: ParticipantTotals): Pick<Books, 'payment' | 'inventory'> {
  return {
    payment: {
      reachable: payment !== undefined,
      charged: payment ? fromCents(payment.chargedCents) : null,
      refunded: payment ? fromCents(payment.refundedCents) : null,
    },
    inventory: { reachable: inventory !== undefined, products: inventory?.products ?? [] },
  };
}

import { sql } from 'drizzle-orm';
import { fromCents } from 'service-kit/cents';
import { type Database, readClock } from 'service-kit/database';
import { readSparingly } from 'service-kit/sparing-reader';
import type { AuditVerdictStore } from '../audit/audit-verdict-store.ts';
import type { PaymentTotals } from '../audit/balance-judge.ts';
import { orders } from '../order-schema.ts';
import { type ParticipantViews, type Stock, toNothing } from '../participants/participant-views.ts';
import { type SagaStatus, sagaStatuses } from '../saga/saga-events.ts';
import { sagas } from '../saga/saga-schema.ts';
import type { Books } from './books-messages.ts';

export interface BooksSources {
  db: Database;
  verdicts: AuditVerdictStore;
  participants: ParticipantViews;
}

const noOrders = { PENDING: 0, COMPLETED: 0, CANCELLED: 0 };
const noSagas = Object.fromEntries(sagaStatuses.map((status) => [status, 0])) as Record<SagaStatus, number>;
/** A twentieth of the time is no burden; twice a second is as often as a person looks. */
const sparing = { share: 0.05, minIntervalMs: 500, longestPauseAfterFailureMs: 2_000 };

/**
 * Gives a function that reads the books of all three services. Its cost grows with them, so each service is asked only
 * so often, and one that does not answer keeps nothing of the others away.
 */
export function createBooksReader({ participants, ...ownSources }: BooksSources): () => Promise<Books> {
  const readOwn = readSparingly(() => readOwnBooks(ownSources), sparing);
  const readPayment = readSparingly(participants.readPaymentTotals, sparing);
  const readInventory = readSparingly(participants.readStock, sparing);
  return async () => {
    const [own, payment, inventory] = await Promise.all([
      readOwn(),
      readPayment().catch(toNothing),
      readInventory().catch(toNothing),
    ]);
    return { ...own, payment: toShownPayment(payment), inventory: toShownInventory(inventory) };
  };
}

async function readOwnBooks({
  db,
  verdicts,
}: Omit<BooksSources, 'participants'>): Promise<Omit<Books, 'payment' | 'inventory'>> {
  // First, so that whoever knows of a later change knows that it may be missing.
  const at = await readClock(db);
  const [counted, lastAudit] = await Promise.all([countByStatus(db), verdicts.find()]);
  const counts = (table: Counted['table']) =>
    Object.fromEntries(counted.filter((row) => row.table === table).map(({ status, count }) => [status, count]));
  const completed = counted.find(({ table, status }) => table === 'orders' && status === 'COMPLETED');
  return {
    at: at.toISOString(),
    orders: { ...noOrders, ...counts('orders') },
    completed: fromCents(completed?.cents ?? 0),
    sagas: { ...noSagas, ...counts('sagas') },
    lastAudit,
  };
}

type Counted = { table: 'orders' | 'sagas'; status: string; count: number; cents: number | null };

/** One statement, so that orders and sagas are of one moment. */
function countByStatus(db: Database): Promise<Counted[]> {
  return db.execute<Counted>(sql`
    SELECT 'orders' AS "table", status::text, count(*)::int AS count, sum(amount_cents)::float8 AS cents
    FROM ${orders} GROUP BY status
    UNION ALL
    SELECT 'sagas', status::text, count(*)::int, NULL FROM ${sagas} GROUP BY status`);
}

function toShownPayment(totals: PaymentTotals | undefined): Books['payment'] {
  if (!totals) return { reachable: false, charged: null, refunded: null };
  return { reachable: true, charged: fromCents(totals.chargedCents), refunded: fromCents(totals.refundedCents) };
}

function toShownInventory(stock: Stock | undefined): Books['inventory'] {
  if (!stock) return { reachable: false, productCount: null, products: [] };
  return { reachable: true, productCount: stock.totals.productCount, products: stock.products };
}

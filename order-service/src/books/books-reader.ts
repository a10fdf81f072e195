import { sql } from 'drizzle-orm';
import { fromCents } from 'service-kit/cents';
import { type Database, readClock } from 'service-kit/database';
import { readSparingly } from 'service-kit/sparing-reader';
import type { AuditVerdictStore } from '../audit/audit-verdict-store.ts';
import type { PaymentTotals } from '../audit/balance-judge.ts';
import { orders } from '../order-schema.ts';
import { type ParticipantViews, type Stock, toNothing } from '../participants/participant-views.ts';
import type { SagaCensus } from '../saga/saga-census.ts';
import type { Books } from './books-messages.ts';

export interface BooksSources {
  db: Database;
  census: SagaCensus;
  verdicts: AuditVerdictStore;
  participants: ParticipantViews;
}

const noOrders = { PENDING: 0, COMPLETED: 0, CANCELLED: 0 };
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
  census,
  verdicts,
}: Omit<BooksSources, 'participants'>): Promise<Omit<Books, 'payment' | 'inventory'>> {
  // First, so that whoever knows of a later change knows that it may be missing.
  const at = await readClock(db);
  const [byStatus, bySaga, lastAudit] = await Promise.all([countOrders(db), census.countAll(), verdicts.find()]);
  return {
    at: at.toISOString(),
    orders: { ...noOrders, ...Object.fromEntries(byStatus.map(({ status, count }) => [status, count])) },
    completed: fromCents(byStatus.find(({ status }) => status === 'COMPLETED')?.amountCents ?? 0),
    sagas: bySaga,
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

function toShownPayment(totals: PaymentTotals | undefined): Books['payment'] {
  if (!totals) return { reachable: false, charged: null, refunded: null };
  return { reachable: true, charged: fromCents(totals.chargedCents), refunded: fromCents(totals.refundedCents) };
}

function toShownInventory(stock: Stock | undefined): Books['inventory'] {
  if (!stock) return { reachable: false, productCount: null, products: [] };
  return { reachable: true, productCount: stock.totals.productCount, products: stock.products };
}

import type { Audit, Discrepancy } from './audit-messages.ts';
import { createBoundedList } from './bounded-list.ts';
import { holdingsOf, type Ledger, type LedgerSaga } from './ledger.ts';
import { judgeLedger } from './ledger-judge.ts';

/** Enough to see what is going on; the counts tell how much more there is. */
const namedAtMost = 100;

export type AuditTally = ReturnType<typeof createAuditTally>;

/** The sums and the lists of an audit under way. */
export function createAuditTally() {
  const orders = { PENDING: 0, COMPLETED: 0, CANCELLED: 0 };
  const sums = { completedCents: 0, completedUnits: 0, heldCents: 0, heldUnits: 0, inFlight: 0 };
  const stuck = createBoundedList<Audit['stuck'][number]>(namedAtMost);
  const resolved = createBoundedList<Audit['resolved'][number]>(namedAtMost);
  const orphans = createBoundedList<Audit['orphans'][number]>(namedAtMost);
  const discrepancies = createBoundedList<Discrepancy>(namedAtMost);

  function addEnded({ status, order }: LedgerSaga, ledger: Ledger): void {
    if (order?.status === 'COMPLETED') {
      sums.completedCents += order.amountCents;
      sums.completedUnits += order.quantity;
    }
    if (status !== 'COMPENSATION_STUCK' && status !== 'RESOLVED') return;
    const holds = holdingsOf(ledger);
    const list = status === 'RESOLVED' ? resolved : stuck;
    list.add({ sagaId: ledger.sagaId, orderId: order?.id ?? null, holds });
    if (holds.includes('payment')) sums.heldCents += ledger.payment?.amountCents ?? 0;
    if (holds.includes('inventory')) sums.heldUnits += ledger.reservation?.quantity ?? 0;
  }

  return {
    orders,
    sums,
    stuck,
    resolved,
    orphans,
    discrepancies,

    /** Whether adding this would name something that is not in order, so that it is worth a second look. */
    isSuspect(ledger: Ledger): boolean {
      if (!ledger.saga && !orphans.isFull()) return true;
      return !discrepancies.isFull() && ledger.saga?.ended !== false && judgeLedger(ledger).length > 0;
    },

    add(ledger: Ledger): void {
      const { sagaId, saga, payment, reservation } = ledger;
      if (saga?.order) orders[saga.order.status] += 1;
      if (saga?.ended === false) {
        sums.inFlight += 1;
        return;
      }
      if (saga) addEnded(saga, ledger);
      else if (payment || reservation)
        orphans.add({ sagaId, payment: payment?.status ?? null, reservation: reservation?.status ?? null });
      for (const finding of judgeLedger(ledger)) discrepancies.add({ sagaId, ...finding });
    },
  };
}

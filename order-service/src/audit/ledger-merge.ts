import type { Ledger, LedgerPayment, LedgerReservation, LedgerSaga } from './ledger.ts';

/** Pages of rows by ascending saga id. */
export type Pages<Row> = AsyncIterable<Row[]>;

export interface LedgerPages {
  sagas: Pages<LedgerSaga>;
  payments: Pages<LedgerPayment>;
  reservations: Pages<LedgerReservation>;
}

/** Joins the three lists by saga id, batch by batch; holds no more than a page of each. */
export async function* mergeLedgers(pages: LedgerPages): AsyncGenerator<Ledger[]> {
  const sagas = openList(pages.sagas);
  const payments = openList(pages.payments);
  const reservations = openList(pages.reservations);
  const lists = [sagas, payments, reservations];
  for (;;) {
    await Promise.all(lists.map((list) => list.fill()));
    // Beyond the least of these ids another page of some list may have more to say.
    const [until] = lists.flatMap((list) => list.reach() ?? []).sort();
    if (until === undefined) return;
    yield join(sagas.take(until), payments.take(until), reservations.take(until));
  }
}

function openList<Row extends { sagaId: string }>(pages: Pages<Row>) {
  const iterator = pages[Symbol.asyncIterator]();
  let rows: Row[] = [];
  let ended = false;
  return {
    /** Reads the next page if none is at hand. */
    async fill(): Promise<void> {
      while (rows.length === 0 && !ended) {
        const { done = false, value } = await iterator.next();
        if (done) ended = true;
        else rows = value;
      }
    },
    /** The last id at hand; undefined after the end of the list. */
    reach: () => rows.at(-1)?.sagaId,
    /** The rows at hand up to that id, which are not at hand any more. */
    take(until: string): Row[] {
      const beyond = rows.findIndex(({ sagaId }) => sagaId > until);
      const taken = beyond === -1 ? rows : rows.slice(0, beyond);
      rows = beyond === -1 ? [] : rows.slice(beyond);
      return taken;
    },
  };
}

function join(sagas: LedgerSaga[], payments: LedgerPayment[], reservations: LedgerReservation[]): Ledger[] {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = (sagaId: string): Ledger => {
    const known = ledgers.get(sagaId);
    if (known) return known;
    const ledger = { sagaId, saga: undefined, payment: undefined, reservation: undefined };
    ledgers.set(sagaId, ledger);
    return ledger;
  };
  for (const saga of sagas) ledgerOf(saga.sagaId).saga = saga;
  for (const payment of payments) ledgerOf(payment.sagaId).payment = payment;
  for (const reservation of reservations) ledgerOf(reservation.sagaId).reservation = reservation;
  return [...ledgers.values()].sort((one, other) => (one.sagaId < other.sagaId ? -1 : 1));
}

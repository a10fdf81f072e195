import type { Order, Saga, SagaRows } from '../../page/service-api.ts';
import type { SagaEvent } from '../../src/saga/saga-events.ts';
import { readLog } from '../../src/saga/saga-state.ts';
import { toSagaView } from '../../src/saga/saga-view.ts';

/** A saga with this log as the page gets it: through the view of the API, as JSON. */
export function sagaOf(log: SagaEvent[]): Saga {
  const { status, failure, begunAt } = readLog(log);
  const row = { status, failure, createdAt: begunAt, updatedAt: log.at(-1)?.at ?? begunAt, lastSeq: log.length };
  const lease = { fencingToken: 1, leaseId: null, leaseUntil: begunAt, dueAt: null, traceparent: null };
  const view = toSagaView({ id: '01900000-0000-7000-8000-000000000001', input: {}, log, ...row, ...lease });
  return JSON.parse(JSON.stringify({ ...view, orderId: '01900000-0000-7000-8000-000000000002' }));
}

export const bomb: Order = {
  ...{ id: '01900000-0000-7000-8000-000000000002', itemName: 'Bomb', quantity: 1, price: 9999, amount: 9999 },
  ...{ status: 'CANCELLED', sagaId: '01900000-0000-7000-8000-000000000001', sagaStatus: 'COMPENSATED', failure: null },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:01.000Z' },
};

/** What the participants' rows say, null where there is none. */
export function rowsOf(payment: string | null, inventory: string | null): SagaRows {
  const rows = { payment: row(payment), inventory: row(inventory) };
  return rows as SagaRows;
}

function row(status: string | null) {
  return { reachable: true, row: status && { status } };
}

import { formatMoney } from './display-format.ts';
import type { PageState, StuckSaga } from './page-state.ts';
import type { Order, Page, Saga, ServiceApi } from './service-api.ts';

/** What is still held, and why, since when (ISO). */
export interface StuckReason {
  why: string;
  since: string;
  held: string[];
}

/** A page of them is what a person looks through; the next one is a click away. */
const pageSize = '10';

export interface StuckPage extends Page<StuckSaga> {
  /** Where it begins, null for the newest. */
  cursor: string | null;
}

/**
 * Reads a page of the stuck sagas, newest first, or the newest page where nothing is left on this one. What an order
 * asks for never changes: those known are not read again.
 */
export async function readStuckSagas(
  api: ServiceApi,
  cursor: string | null,
  known: readonly StuckSaga[],
): Promise<StuckPage> {
  const knownOrders = new Map(known.map(({ order }) => [order.id, order]));
  const query: Record<string, string> = { status: 'COMPENSATION_STUCK', limit: pageSize, ...(cursor && { cursor }) };
  const { items, nextCursor } = await api.listSagas(query);
  if (items.length === 0 && cursor) return readStuckSagas(api, null, known);
  const withOrder = async (saga: Saga): Promise<StuckSaga> => ({
    saga,
    order: knownOrders.get(saga.orderId) ?? (await api.findOrder(saga.orderId)),
  });
  return { items: await Promise.all(items.map(withOrder)), nextCursor, cursor };
}

/** How many sagas are stuck: where all are at hand, so many, else what the books say, which may have been read earlier. */
export function countStuck({ stuck, stuckCursor, stuckNext, books }: StuckPart): number {
  const atHand = stuck?.length ?? 0;
  if (stuck && !stuckCursor && !stuckNext) return atHand;
  return Math.max(books?.sagas.COMPENSATION_STUCK ?? 0, atHand + (stuckNext ? 1 : 0));
}

type StuckPart = Pick<PageState, 'stuck' | 'stuckCursor' | 'stuckNext' | 'books'>;

/** Why a saga is stuck, in words. */
export function explainStuck({ saga, order }: StuckSaga): StuckReason {
  const owed = saga.steps.filter(({ status }) => status === 'COMPENSATION_FAILED');
  const lastReason = (step: string) =>
    saga.compensationFailures.findLast((failure) => failure.step === step)?.reason ?? 'no reason is known';
  const why = owed.map(
    ({ name, compensationAttempts }) =>
      `${undoings[name] ?? name} failed ${compensationAttempts} times: ${lastReason(name)}`,
  );
  const parked = saga.log.findLast(({ type }) => type === 'parked');
  return {
    why: why.join('; '),
    since: parked?.at ?? saga.updatedAt,
    held: owed.map(({ name }) => holding(name, saga, order)),
  };
}

const undoings: Record<string, string> = { payment: 'refund', inventory: 'release' };

function holding(step: string, saga: Saga, order: Order): string {
  const happened = saga.log.some(
    (event) => event.type === 'action-answered' && event.step === step && event.outcome === 'succeeded',
  );
  const what =
    step === 'payment' ? `${formatMoney(order.amount)} charged` : `${order.quantity} × ${order.itemName} reserved`;
  return happened ? what : `perhaps ${what}`;
}

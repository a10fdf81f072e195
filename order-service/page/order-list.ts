import type { Order } from './service-api.ts';

/** How many orders are kept and shown, however many there are. */
export const listLimit = 50;

/** The running and the latest orders, newest first. */
export interface OrderList {
  known: readonly Order[];
  /** The rows on the screen: they change in place at once, but only `refreshRows` moves them. */
  shown: readonly Order[];
  /** How many orders came since the rows were refreshed. */
  unseen: number;
  /** The newest id that ever came: ids are ordered by time. */
  newestId: string;
}

export const emptyList: OrderList = { known: [], shown: [], unseen: 0, newestId: '' };

/** Takes over what was read of some orders. */
export function mergeOrders(list: OrderList, incoming: readonly Order[]): OrderList {
  const byId = new Map([...list.known, ...incoming].map((order) => [order.id, order]));
  return {
    known: keepSome([...byId.values()]),
    shown: list.shown.map((order) => byId.get(order.id) ?? order),
    unseen: list.unseen + new Set(incoming.map(({ id }) => id).filter((id) => id > list.newestId)).size,
    newestId: [list.newestId, ...incoming.map(({ id }) => id)].toSorted().at(-1) ?? '',
  };
}

/** Starts anew from what was read of the running and the latest orders; the rows stay until they are refreshed. */
export function replaceOrders(list: OrderList, latest: readonly Order[]): OrderList {
  return mergeOrders({ ...list, known: [] }, latest);
}

/** Shows what is known. */
export function refreshRows(list: OrderList): OrderList {
  return { ...list, shown: list.known, unseen: 0 };
}

/** Whether a saga goes on by itself. */
export function isRunning({ sagaStatus }: Pick<Order, 'sagaStatus'>): boolean {
  return sagaStatus === 'STARTED' || sagaStatus === 'COMPENSATING';
}

/** Longer than a saga takes that nothing keeps from ending. */
const longRunMs = 60_000;

/** Those that are shown as running for so long that their end may have gone unheard. */
export function listLongRunning({ known, shown }: OrderList, now: number): Order[] {
  const byId = new Map([...known, ...shown].map((order) => [order.id, order]));
  return [...byId.values()].filter((order) => isRunning(order) && now - Date.parse(order.createdAt) > longRunMs);
}

/** Those that are over give way first. */
function keepSome(orders: Order[]): Order[] {
  const newestFirst = orders.sort((a, b) => b.id.localeCompare(a.id));
  const kept = [...newestFirst.filter(isRunning), ...newestFirst.filter((order) => !isRunning(order))];
  return kept.slice(0, listLimit).sort((a, b) => b.id.localeCompare(a.id));
}

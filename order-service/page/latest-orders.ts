import { isRunning, listLimit } from './order-list.ts';
import type { Order, ServiceApi } from './service-api.ts';
import { ServiceError } from './service-error.ts';

/** Beyond so many pages of changes it costs less to start anew from what is newest. */
const mostPages = 3;
/** Running sagas that are too old for the list of the newest, and turned back: each costs a request. */
const mostOldCompensating = 20;

/** The orders whose saga logged something at or after `since`; undefined where those are too many to read. */
export async function readChangedOrders(api: ServiceApi, since: string, pageSize = 100): Promise<Order[] | undefined> {
  const orders: Order[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const query: Record<string, string> = { changedSince: since, limit: String(pageSize), ...(cursor && { cursor }) };
    const { items, nextCursor } = await api.listOrders(query);
    orders.push(...items);
    if (nextCursor === null) return orders;
    cursor = nextCursor;
  }
  return undefined;
}

/** The newest orders and those whose sagas are running, whatever was known before. */
export async function readLatestOrders(api: ServiceApi, limit = listLimit): Promise<Order[]> {
  const [newest, pending, compensating] = await Promise.all([
    api.listOrders({ limit: String(limit) }),
    api.listOrders({ status: 'PENDING', limit: String(limit) }),
    api.listSagas({ status: 'COMPENSATING', limit: String(mostOldCompensating) }),
  ]);
  const orders = [...pending.items, ...newest.items];
  const listed = new Set(orders.map(({ sagaId }) => sagaId));
  const missing = compensating.items.filter(({ id }) => !listed.has(id));
  const old = await Promise.all(missing.map(({ orderId }) => api.findOrder(orderId)));
  return [...old.filter(isRunning), ...orders];
}

/** The orders as they are now; those of a database that was emptied meanwhile are left out. */
export async function readAgain(api: ServiceApi, orders: readonly Order[]): Promise<Order[]> {
  const found = await Promise.all(orders.map(({ id }) => api.findOrder(id).catch(undefinedWhereUnknown)));
  return found.filter((order) => order !== undefined);
}

function undefinedWhereUnknown(error: unknown): undefined {
  if (!(error instanceof ServiceError) || error.status !== 404) throw error;
}

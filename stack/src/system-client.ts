import { waitUntil } from './wait-until.ts';

export interface Order {
  id: string;
  itemName: string;
  quantity: number;
  amount: number;
  status: 'PENDING' | 'COMPLETED' | 'CANCELLED';
  sagaId: string;
  sagaStatus: string;
  failure: { step: string; outcome: string } | null;
}

export interface Saga {
  status: string;
  steps: { name: string; status: string; attempts: number }[];
  log: { type: string; step: string | null }[];
  compensationFailures: { step: string; attempt: number; outcome: string }[];
}

export interface Payment {
  status: 'CHARGED' | 'REFUNDED' | 'VOIDED';
  amount: number | null;
}

export interface Reservation {
  status: 'RESERVED' | 'RELEASED' | 'VOIDED';
  productId: string | null;
  quantity: number | null;
}

export interface Product {
  id: string;
  available: number;
  stocked: number;
}

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export type SystemClient = ReturnType<typeof createSystemClient>;

/** The three services as a client sees them. What they do not know is undefined. */
export function createSystemClient(services: Record<'order' | 'payment' | 'inventory', { url: string }>) {
  const { order, payment, inventory } = services;
  const findSaga = (id: string) => get<Saga>(`${order.url}/sagas/${id}`);
  const findOrder = (id: string) => get<Order>(`${order.url}/orders/${id}`);

  return {
    findOrder,
    findSaga,
    findPayment: (sagaId: string) => get<Payment>(`${payment.url}/payments/${sagaId}`),
    findReservation: (sagaId: string) => get<Reservation>(`${inventory.url}/inventory/${sagaId}`),

    /** Orders, and returns the order as it ended or, if it takes long, as it stands. */
    placeOrder: (body: object, headers: Record<string, string> = {}) =>
      post<Order>(`${order.url}/orders`, body, headers),
    /** Orders, and returns at once. */
    placeOrderAsync: (body: object) => post<Order>(`${order.url}/orders`, body, { prefer: 'respond-async' }),

    /** Resolves once the last entry of the saga's log is a call of the step that is not answered yet. */
    waitUntilCalled: (sagaId: string, step: string, direction: 'action' | 'compensation') =>
      waitUntil(`the ${direction} of ${step} is called`, async () => {
        const last = (await findSaga(sagaId))?.log.at(-1);
        return last?.type === `${direction}-called` && last.step === step;
      }),

    /** The order once it is not pending any more; its saga may still be compensating. */
    waitUntilDecided: ({ id }: Order) =>
      waitUntil(`order ${id} is decided`, async () => {
        const found = await findOrder(id);
        return found && found.status !== 'PENDING' && found;
      }),

    /** The order once its saga is over. */
    waitUntilOver: ({ id }: Order) =>
      waitUntil(`the saga of order ${id} is over`, async () => {
        const found = await findOrder(id);
        return found && !['STARTED', 'COMPENSATING'].includes(found.sagaStatus) && found;
      }),

    listProducts: () => list<Product>(`${inventory.url}/inventory/products?limit=1000`),

    listOrders: () => list<Order>(`${order.url}/orders?limit=100`),
  };
}

/** The items of all pages. */
async function list<Item>(url: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<Item> | undefined = await get(cursor ? `${url}&cursor=${cursor}` : url);
    items.push(...(page?.items ?? []));
    cursor = page?.nextCursor ?? null;
  }
  return items;
}

async function get<Answer>(url: string): Promise<Answer | undefined> {
  const response = await fetch(url);
  if (response.status === 404) return undefined;
  return read<Answer>(response);
}

async function post<Answer>(url: string, body: object, headers: Record<string, string>): Promise<Answer> {
  const json = { 'content-type': 'application/json', ...headers };
  return read<Answer>(await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) }));
}

async function read<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status} ${text}`);
  return JSON.parse(text) as Answer;
}

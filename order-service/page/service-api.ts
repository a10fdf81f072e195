import type { Audit as AuditMessage } from 'order-service/audit/audit-messages';
import type { Books as BooksMessage } from 'order-service/books/books-messages';
import type { order } from 'order-service/order-messages';
import type { sagaRows } from 'order-service/participants/participant-views';
import type { saga } from 'order-service/saga-routes';
import type { z } from 'zod';
import { type Problem, problemFrom, ServiceError } from './service-error.ts';

export type Order = z.output<typeof order>;
export type OrderStatus = Order['status'];
export type Saga = z.output<typeof saga>;
export type SagaStatus = Saga['status'];
export type Audit = AuditMessage;
export type Books = BooksMessage;
/** The participants' rows of one saga; null where there is none, or where the participant cannot be reached. */
export type SagaRows = z.output<typeof sagaRows>;

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface NewOrder {
  itemName: string;
  quantity: number;
  price: number;
  failPayment?: boolean;
  failInventory?: boolean;
}

export type ServiceName = 'order' | 'payment' | 'inventory';

export interface FaultRequest {
  mode: string;
  /** How often it acts; null until it is switched off. */
  times?: number | null;
  delayMs?: number;
}

export interface FaultSwitch {
  name: string;
  mode: string;
  times: number | null;
  delayMs: number;
}

/** Any answer, whatever its status. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed where it is JSON, else null. */
  body: unknown;
  /** The problem document, where it is one. */
  problem: Problem | null;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Longer than POST /orders waits for its saga. */
const timeoutMs = 20_000;

export type ServiceApi = ReturnType<typeof createServiceApi>;

/** Everything that the page asks of order-service, and through it of the participants. */
export function createServiceApi(send: typeof fetch = (...request) => fetch(...request)) {
  /**
   * One call to any path; `/participants/payment/…` and `/participants/inventory/…` are passed on where FAULTS=on.
   * @throws ServiceError only where there is no answer
   */
  async function call(method: string, path: string, { body, headers, signal }: CallOptions = {}): Promise<Answer> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        cache: 'no-store',
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      const parsed: unknown = isJson ? JSON.parse(text) : null;
      const problem = problemFrom(response.status, response.headers, parsed);
      return { status: response.status, headers: response.headers, body: parsed, problem };
    } catch (error) {
      throw ServiceError.withoutAnswer(`${method} ${path}`, error);
    }
  }

  /** @throws ServiceError where the answer is not a 2xx, or there is none */
  async function ask<T>(method: string, path: string, options?: CallOptions): Promise<T> {
    const answer = await call(method, path, options);
    if (answer.status < 200 || answer.status > 299) throw ServiceError.fromAnswer(`${method} ${path}`, answer);
    return answer.body as T;
  }

  const faultsOf = (service: ServiceName) => (service === 'order' ? '/faults' : `/participants/${service}/faults`);

  return {
    call,
    ask,
    placeOrder: (order: NewOrder, headers?: Record<string, string>) =>
      ask<Order>('POST', '/orders', { body: order, ...(headers && { headers }) }),
    listOrders: (query: Record<string, string>) => ask<Page<Order>>('GET', `/orders?${new URLSearchParams(query)}`),
    findOrder: (id: string) => ask<Order>('GET', `/orders/${id}`),
    listSagas: (query: Record<string, string>) => ask<Page<Saga>>('GET', `/sagas?${new URLSearchParams(query)}`),
    findSaga: (id: string) => ask<Saga>('GET', `/sagas/${id}`),
    findRows: (id: string) => ask<SagaRows>('GET', `/sagas/${id}/rows`),
    retry: (id: string) => ask<Saga>('POST', `/sagas/${id}/retry`),
    resolve: (id: string, reason: string, by: string) =>
      ask<Saga>('POST', `/sagas/${id}/resolve`, { body: { reason, by } }),
    readBooks: () => ask<Books>('GET', '/books'),
    audit: () => ask<Audit>('GET', '/audit'),
    listFaults: (service: ServiceName) => ask<Page<FaultSwitch>>('GET', faultsOf(service)),
    setFault: (service: ServiceName, name: string, fault: FaultRequest) =>
      ask<FaultSwitch>('PUT', `${faultsOf(service)}/${name}`, { body: fault }),
    clearFaults: (service: ServiceName) => ask<null>('DELETE', faultsOf(service)),
  };
}

/** One of the stories that the page can play. */
export interface Scenario {
  /** The name of its script in `scenarios/`, without `.sh`. */
  name: string;
  /** What is about to happen. */
  sentence: string;
  /** How the order ends. */
  ends: string;
  /** Whether it sets fault switches or asks the participants itself: it cannot be played where FAULTS=off. */
  needsFaults: boolean;
  /** @throws what did not go as told; the switches that it set are off again then, too */
  play(api: ServiceApi, follow: (sagaId: string) => void): Promise<void>;
}

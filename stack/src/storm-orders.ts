import { randomUUID } from 'node:crypto';
import { type HttpAnswer, sendRequest } from './http-request.ts';
import type { Random } from './storm-random.ts';

/** What came of sending a request once. */
export type Reply =
  | { type: 'accepted'; orderId: string; status: string; replayed: boolean }
  /** Nothing was recorded. */
  | { type: 'refused'; why: string }
  /** It may have been recorded. */
  | { type: 'unanswered'; why: string }
  /** No answer that a good request should get. */
  | { type: 'odd'; why: string };

/** One order that a client wanted, however often it was sent. */
export interface Wish {
  kind: string;
  path: '/orders' | '/orders/place';
  body: object;
  headers: Record<string, string>;
  key: string | undefined;
  replies: Reply[];
}

const kinds = {
  plain: 34,
  'twice at once': 14,
  'respond-async': 16,
  'without key': 6,
  place: 10,
  'price 9999': 7,
  failInventory: 7,
  unicorn: 4,
  'unknown product': 2,
};
const products = ['apple', 'bomb', 'book', 'chair', 'cup', 'desk', 'lamp'] as const;

export function makeWish(random: Random): Wish {
  const kind = random.pickWeighted(kinds);
  const order = {
    itemName: random.pick(products),
    quantity: random.between(1, 3),
    price: random.between(1, 50_000) / 100,
  };
  const key = kind === 'without key' ? undefined : randomUUID();
  const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
  const wish: Wish = { kind, path: '/orders', body: order, headers, key, replies: [] };
  switch (kind) {
    case 'place':
      return {
        ...wish,
        path: '/orders/place',
        body: { productId: order.itemName, qty: order.quantity, amount: order.price },
      };
    case 'price 9999':
      return { ...wish, body: { ...order, quantity: 1, price: 9999 } };
    case 'failInventory':
      return { ...wish, body: { ...order, failInventory: true } };
    case 'unicorn':
      return { ...wish, body: { ...order, itemName: 'unicorn' } };
    case 'unknown product':
      return { ...wish, body: { ...order, itemName: 'no-such-thing' } };
    case 'respond-async':
      return { ...wish, headers: { ...headers, prefer: 'respond-async' } };
    default:
      return wish;
  }
}

/** Sends the wish once more and keeps what came of it. */
export async function sendWish(url: string, wish: Wish, more: Record<string, string> = {}): Promise<Reply> {
  const { path, body } = wish;
  const headers = { ...wish.headers, ...more };
  const reply = await sendRequest(`${url}${path}`, { method: 'POST', body, headers }).then(toReply, (error: Error) => {
    return { type: 'unanswered', why: error.message } as const;
  });
  wish.replies.push(reply);
  return reply;
}

function toReply({ status, headers, body }: HttpAnswer): Reply {
  if ([200, 201, 202].includes(status)) {
    const orderId = String(body['orderId'] ?? body['id']);
    const state = String(body['status'] ?? body['result']);
    return { type: 'accepted', orderId, status: state, replayed: headers['idempotent-replayed'] === 'true' };
  }
  const why = `HTTP ${status} ${body['type'] ?? ''}`;
  // A gateway's 502 and 504 tell that a request was sent and not answered.
  if (String(body['type']).endsWith('/order-state-unknown') || [502, 504].includes(status))
    return { type: 'unanswered', why };
  return { type: status === 503 && headers['retry-after'] ? 'refused' : 'odd', why };
}

export interface Load {
  wishes: Wish[];
  /** Resolves once everything that was sent is answered or given up. */
  stop(): Promise<void>;
}

/** Sends orders at a steady rate; leaves some out while too many are under way. */
export function startLoad(url: string, random: Random, ratePerSecond = 12, maxUnderWay = 60): Load {
  const wishes: Wish[] = [];
  const underWay = new Set<Promise<unknown>>();
  const send = (wish: Wish) => {
    const sent = sendWish(url, wish);
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  };
  const timer = setInterval(() => {
    if (underWay.size >= maxUnderWay) return;
    const wish = makeWish(random);
    wishes.push(wish);
    send(wish);
    if (wish.kind === 'twice at once') send(wish);
  }, 1000 / ratePerSecond);
  return {
    wishes,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

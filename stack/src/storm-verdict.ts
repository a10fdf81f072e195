import { readAudit } from './audit.ts';
import type { Reply, Wish } from './storm-orders.ts';
import type { Order, SystemClient } from './system-client.ts';

type Accepted = Extract<Reply, { type: 'accepted' }>;

export interface Verdict {
  orders: Order[];
  takeovers: number;
  /** Everything that is off, each in a line. */
  discrepancies: string[];
}

/** Compares what clients were told with what there is, and asks for the audit. */
export async function judge(orderUrl: string, client: SystemClient, wishes: Wish[]): Promise<Verdict> {
  const orders = await client.listOrders();
  const discrepancies = [
    ...orders.flatMap(judgeEnd),
    ...wishes.flatMap((wish) => judgeWish(wish, orders)),
    ...judgeStrangers(wishes, orders),
    ...(await judgeAudit(orderUrl)),
  ];
  return { orders, takeovers: await countTakeovers(client, orders), discrepancies };
}

function judgeEnd({ id, status, sagaStatus }: Order): string[] {
  const ended = ['COMPLETED COMPLETED', 'CANCELLED COMPENSATED'].includes(`${status} ${sagaStatus}`);
  return ended ? [] : [`order ${id} is ${status}, its saga ${sagaStatus}`];
}

function judgeWish({ kind, key, replies }: Wish, orders: Order[]): string[] {
  const name = `${kind} ${key ?? ''}`;
  const accepted = replies.filter((reply): reply is Accepted => reply.type === 'accepted');
  const ids = new Set(accepted.map(({ orderId }) => orderId));
  const odd = replies.flatMap((reply) => (reply.type === 'odd' ? [`${name} was answered ${reply.why}`] : []));
  if (ids.size > 1) return [...odd, `${name} has ${ids.size} orders: ${JSON.stringify(replies)}`];
  const refusedOnly =
    replies.length > accepted.length && replies.every(({ type }) => ['accepted', 'refused'].includes(type));
  const [first] = accepted;
  if (refusedOnly && first?.replayed && replies[0]?.type === 'refused')
    odd.push(`${name} was refused, and recorded: ${JSON.stringify(replies)}`);
  const order = orders.find(({ id }) => id === first?.orderId);
  if (first && !order) return [...odd, `${name} was accepted as ${first.orderId}, which is not there`];
  return [...odd, ...accepted.flatMap(({ status }) => judgeAnswer(name, status, order))];
}

/** What was once told to be the end has to be the end. */
function judgeAnswer(name: string, told: string, order: Order | undefined): string[] {
  const ends = { COMPLETED: 'COMPLETED', CANCELLED: 'CANCELLED', COMPENSATED: 'CANCELLED' } as Record<string, string>;
  const end = ends[told];
  return end && end !== order?.status ? [`${name} was told ${told}, and is ${order?.status}`] : [];
}

/** Orders of requests without a key, of which the client knows nothing: no more than it left without an answer. */
function judgeStrangers(wishes: Wish[], orders: Order[]): string[] {
  const replies = wishes.flatMap((wish) => wish.replies);
  const known = new Set(replies.map((reply) => (reply.type === 'accepted' ? reply.orderId : '')));
  const strangers = orders.filter(({ id }) => !known.has(id));
  const lost = wishes.filter(({ key, replies }) => !key && replies.some(({ type }) => type === 'unanswered'));
  if (strangers.length <= lost.length) return [];
  return [`${strangers.length} orders are of nobody, and only ${lost.length} requests without a key were not answered`];
}

async function judgeAudit(orderUrl: string): Promise<string[]> {
  const { clean, quiet, inFlight, discrepancies } = await readAudit(orderUrl);
  const found = discrepancies.map((discrepancy) => `audit: ${JSON.stringify(discrepancy)}`);
  if (!clean && found.length === 0) found.push('the audit is not clean');
  if (!quiet || inFlight > 0) found.push(`the audit finds no quiet: ${inFlight} in flight`);
  return found;
}

async function countTakeovers(client: SystemClient, orders: Order[]): Promise<number> {
  let claims = 0;
  for (const { sagaId } of orders) {
    const saga = await client.findSaga(sagaId);
    claims += saga?.log.filter(({ type }) => type === 'claimed').length ?? 0;
  }
  return claims;
}

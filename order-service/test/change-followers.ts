import { waitUntil } from 'stack/wait-until';
import supertest from 'supertest';
import type { ChangeReader } from './change-reader.ts';

interface Door {
  url: string;
}

export interface PlacedOrder {
  id: string;
  sagaId: string;
  status: string;
}

export async function placeOrder({ url }: Door): Promise<PlacedOrder> {
  const { body } = await supertest(url).post('/orders').send({ itemName: 'apple', quantity: 1, price: 1 }).expect(201);
  return body;
}

/** Every order whose saga has changed since then, page by page. */
export async function readChanged({ url }: Door, changedSince: string): Promise<PlacedOrder[]> {
  const orders: PlacedOrder[] = [];
  for (let cursor: string | undefined; cursor !== null; ) {
    const { body } = await supertest(url).get('/orders').query({ changedSince, cursor, limit: 100 }).expect(200);
    orders.push(...body.items);
    cursor = body.nextCursor;
  }
  return orders;
}

/** Resolves once a reader that reads what it is told of, from the `after`th message on, has seen these orders end. */
export async function waitForEnds(reader: ChangeReader, service: Door, ids: string[], after = 1): Promise<void> {
  const unseen = new Set(ids);
  let read = after;
  await waitUntil('the ends are told of', async () => {
    const told = reader.told().slice(read);
    read += told.length;
    const [since] = told.map((change) => change.since).sort();
    const changed = since ? await readChanged(service, since) : [];
    for (const { id, status } of changed) if (status !== 'PENDING') unseen.delete(id);
    return unseen.size === 0;
  });
}

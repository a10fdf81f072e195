import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { sendRequest } from 'stack/http-request';
import { insertNewSagas } from './finished-sagas.ts';

export interface Pace {
  perSecond: number;
  seconds: number;
}

export interface PacedSagas {
  placed: number;
  /** Finished sagas that stand for what the machine could not place at this pace. */
  inserted: number;
}

const tickMs = 50;
/** Enough to keep two cores at work; more would only wait, and come late. */
const mostUnanswered = 8;

/** Every other one completes, and every other one is compensated: there is no unicorn. */
const products = ['apple', 'unicorn'];

/**
 * Makes new sagas at a steady pace, whatever the answers do: orders, or where too many of those are unanswered or were
 * refused, finished sagas in order-service's database, told of as it tells itself. Those are compensated ones, because a
 * completed one would have to be in the participants' books, too.
 */
export async function makePacedSagas(orderUrl: string, sql: Sql, { perSecond, seconds }: Pace): Promise<PacedSagas> {
  const total = perSecond * seconds;
  const startedAt = performance.now();
  const placings: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const counts = { placed: 0, inserted: 0 };
  let made = 0;
  let unanswered = 0;
  let missing = 0;

  async function place(itemName: string | undefined): Promise<void> {
    const body = { itemName, quantity: 1, price: 1 };
    const headers = { prefer: 'respond-async' };
    unanswered += 1;
    const { status } = await sendRequest(`${orderUrl}/orders`, { method: 'POST', body, headers });
    unanswered -= 1;
    if (status === 202) counts.placed += 1;
    else if (status === 503) missing += 1;
    else throw new Error(`an order was answered ${status}`);
  }

  function makeOne(): void {
    made += 1;
    if (unanswered === mostUnanswered) missing += 1;
    else placings.push(place(products[placings.length % products.length]).catch((error) => failures.push(error)));
  }

  async function insertMissing(): Promise<void> {
    const count = missing;
    if (count === 0) return;
    missing = 0;
    await insertNewSagas(sql, 'stand-in', count);
    counts.inserted += count;
  }

  while (made < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    while (made < due) makeOne();
    await Promise.all([insertMissing(), sleep(tickMs)]);
  }
  await Promise.all(placings);
  await insertMissing();
  if (failures.length > 0) throw failures[0];
  return counts;
}

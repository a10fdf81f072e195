import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';
import { type BrowserSystem, inWindow, readFigure, sees, seesCurrentBooks, seesFigure } from './page-window.ts';

/** Books that took so long to read are handed out for 20 times as long. */
const readingMs = 500;

export function keepBooksCurrent(system: BrowserSystem): void {
  test('books that were read before the last change are asked for again, however long they are handed out', () =>
    inWindow(system, async ({ part }) => {
      const books = part('The books');
      await seesCurrentBooks(system, books);
      const orders = books.getByRole('table', { name: 'Orders' });
      await readBooksSlowly(system);
      const completed = await readFigure(orders, 'COMPLETED');
      await system.client.placeOrder({ itemName: 'cup', quantity: 21, price: 1 });
      await sees(part(/^Sagas/).getByRole('row', { name: '21 × cup' }));
      await seesFigure(orders, 'COMPLETED', String(Number(completed) + 1));
    }));
}

/** On every replica, so that none has newer books to hand out. */
async function readBooksSlowly({ databases, orderReplicas }: BrowserSystem): Promise<void> {
  const sql = postgres(databases.payment.url('payment'), { max: 1 });
  try {
    await sql.begin(async (lock) => {
      await lock`LOCK TABLE payments`;
      for (const { url } of orderReplicas) {
        const isAnswered = () => Promise.race([sendRequest(`${url}/books`).then(() => true), sleep(100, false)]);
        await waitUntil('the books are being read', async () => !(await isAnswered()));
      }
      await sleep(readingMs);
    });
  } finally {
    await sql.end();
  }
}

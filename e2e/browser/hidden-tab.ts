import type { Page } from 'playwright-core';
import postgres, { type Sql } from 'postgres';
import { sendRequest } from 'stack/http-request';
import type { Order } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import { readChanges } from '../../order-service/test/change-reader.ts';
import { insertNewSagas } from './finished-sagas.ts';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

export function hideTab(system: BrowserSystem): void {
  test('the end of a saga that was told while the tab was hidden, after newer changes, is seen on return', () =>
    inWindow(system, async ({ page, part, diagram }) => {
      const { client, databases, doors } = system;
      const row = (order: string) => part(/^Sagas/).getByRole('row', { name: order });
      const slow = { mode: 'slow', times: 1, delayMs: 1_500 };
      await sendRequest(`${doors.inventory.url}/faults/reserve`, { method: 'PUT', body: slow });
      const late = await client.placeOrderAsync({ itemName: 'apple', quantity: 11, price: 1 });
      await page.getByRole('link', { name: '11 × apple' }).click();
      await page.mouse.move(0, 0);
      await sees(diagram.getByText('… no answer yet'));

      const sql = postgres(databases.order.url('order'), { max: 2 });
      const told = await readChanges(doors.order.url);
      try {
        await holdEnd(sql, late, async () => {
          // Not placed: the lease of a saga that is driven beside one that is held would be held, too.
          await insertNewSagas(sql, 'told sooner', 1);
          await sees(row('1 × told sooner'));
          await setVisibility(page, 'hidden');
        });
        await client.waitUntilOver(late);
        const [end] = await sql<{ at: Date }[]>`
          SELECT at FROM saga_events WHERE saga_id = ${late.sagaId} AND type = 'ended'`;
        const toldTimes = () => told.told().map(({ since }) => since);
        await waitUntil('the end is told', async () => end && toldTimes().includes(end.at.toISOString()));
        expect(toldTimes().toSorted().at(-1)).not.toBe(end?.at.toISOString());
      } finally {
        told.close();
        await sql.end();
      }
      await setVisibility(page, 'visible');
      await sees(row('11 × apple').getByText('COMPLETED'));
      await sees(diagram.getByText('order COMPLETED'));
    }));
}

/** Keeps a saga from ending during a story: its last event bears the time at which its statement began to wait. */
async function holdEnd(sql: Sql, { id }: Order, story: () => Promise<void>): Promise<void> {
  await sql.begin(async (lock) => {
    await lock`SELECT 1 FROM orders WHERE id = ${id} FOR UPDATE`;
    await waitUntil('the statement of its end waits', async () => {
      const waiting = await lock`
        SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`;
      return waiting.length > 0;
    });
    await story();
  });
}

/** As the browser does when a person goes to another tab, and comes back. */
async function setVisibility(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${visibility === 'hidden'} });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

import type { Page } from 'playwright-core';
import { type BrowserSystem, inWindow, type PageWindow, sees, seesNoMore } from './page-window.ts';

export function moveStuckSagas(system: BrowserSystem): void {
  test('promise 6: what is stuck is found, and a person retries it or closes it by hand', () =>
    inWindow(system, async (window) => {
      const { page, part, diagram, log } = window;
      await switchRefundOff(window);
      for (const item of ['lamp', 'phone']) await orderInVain(window, item);
      const stuck = part(/stuck/i);
      await sees(stuck.getByRole('heading', { name: 'Stuck sagas: 2' }));
      const entry = stuck.getByRole('listitem').filter({ hasText: '1 × lamp' });
      await sees(entry.getByText('8 times: HTTP 500 fault-error'));
      await sees(entry.getByText('45.00 charged'));

      await part('Make it fail').getByRole('button', { name: 'All off' }).click();
      await sees(page.getByText('Nothing fails on purpose now.'));
      await stuck.getByRole('button', { name: 'Retry now: 1 × lamp' }).click();
      await sees(diagram.getByText('stuck: no attempt is left'));
      await sees(diagram.getByText('by operator'));
      await sees(diagram.getByText('✓ refund succeeded'));
      await sees(diagram.getByText('REFUNDED', { exact: true }));
      await seesNoMore(entry);

      await stuck.getByRole('button', { name: 'Resolve: 1 × phone' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resolve 1 × phone by hand' });
      await dialog.getByLabel('Reason').fill('paid back in cash');
      await dialog.getByLabel('By').fill('Eva');
      await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
      await sees(diagram.getByText('resolved by Eva'));
      await sees(diagram.getByText('saga RESOLVED'));
      await sees(log.filter({ hasText: 'Closed by hand by Eva' }).getByText('paid back in cash'));
      await sees(stuck.getByText('None: no saga waits for a person.'));
    }));

  test('what was typed stays until the saga is resolved, whatever comes between', () =>
    inWindow(system, async (window) => {
      const { page, part, diagram } = window;
      await switchRefundOff(window);
      for (const item of ['cup', 'book']) await orderInVain(window, item);
      const stuck = part(/stuck/i);
      await sees(stuck.getByRole('heading', { name: 'Stuck sagas: 2' }));

      // A retry without an answer keeps its part of the page busy.
      const releaseRetry = await holdRequests(page, '**/retry');
      await stuck.getByRole('button', { name: 'Retry now: 1 × cup' }).click();
      await stuck.getByRole('button', { name: 'Resolve: 1 × book' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resolve 1 × book by hand' });
      await dialog.getByLabel('Reason').fill('paid back in cash');
      await dialog.getByLabel('By').fill('Eva');
      const resolve = dialog.getByRole('button', { name: 'Resolve', exact: true });

      await page.route('**/resolve', (route) => route.abort('connectionreset'));
      await resolve.click();
      await sees(dialog.getByRole('alert').getByText('cannot be reached'));
      await page.unroute('**/resolve');
      expect(await dialog.getByLabel('Reason').inputValue()).toBe('paid back in cash');
      await resolve.click();
      await sees(diagram.getByText('resolved by Eva'));
      await seesNoMore(dialog);

      await stuck.getByRole('button', { name: 'Resolve: 1 × cup' }).click();
      const other = page.getByRole('dialog', { name: 'Resolve 1 × cup by hand' });
      await other.getByLabel('Reason').fill('paid back by bank');
      await other.getByLabel('By').fill('Eva');
      await part('Make it fail').getByRole('button', { name: 'All off' }).dispatchEvent('click');
      await sees(page.getByText('Nothing fails on purpose now.'));
      releaseRetry();
      await seesNoMore(stuck.getByRole('listitem').filter({ hasText: '1 × cup' }));
      await other.getByRole('button', { name: 'Resolve', exact: true }).click();
      await sees(other.getByRole('alert').getByText('It has changed meanwhile'));
      expect(await other.getByLabel('Reason').inputValue()).toBe('paid back by bank');
      await other.getByRole('button', { name: 'Leave it stuck' }).click();
      await seesNoMore(other);
    }));
}

/** Lets requests to these addresses wait; returns what lets them go on. */
async function holdRequests(page: Page, addresses: string): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(addresses, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

async function switchRefundOff({ page, part }: PageWindow): Promise<void> {
  const faults = part('Make it fail');
  await faults.getByLabel('Operation').selectOption('refund');
  await faults.getByLabel('How').selectOption('error');
  await faults.getByRole('button', { name: 'Switch on' }).click();
  await sees(page.getByText('refund: error, always'));
}

async function orderInVain({ part }: PageWindow, item: string): Promise<void> {
  const form = part('Place an order');
  await form.getByLabel('Item').fill(item);
  await form.getByLabel('Price').fill('45');
  await form.getByLabel('inventory fails').check();
  await form.getByRole('button', { name: 'Place this order' }).click();
  await sees(part(/^Sagas/).getByRole('row', { name: `1 × ${item}` }));
}

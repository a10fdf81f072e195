import { waitUntil } from 'stack/wait-until';
import { type BrowserSystem, inWindow, readFigure, sees, seesCurrentBooks, seesFigure } from './page-window.ts';

export function placeOrders(system: BrowserSystem): void {
  test('an order from the form completes, and is seen doing so', () =>
    inWindow(system, async ({ page, part, diagram, log }) => {
      const form = part('Place an order');
      await form.getByLabel('Item').fill('chair');
      await form.getByLabel('Quantity').fill('3');
      await form.getByLabel('Price').fill('12.5');
      await form.getByRole('button', { name: 'Place this order' }).click();

      const row = part(/^Sagas/).getByRole('row', { name: '3 × chair' });
      await sees(row.getByText('COMPLETED'));
      await sees(row.getByText('37.50'));
      for (const text of ['order PENDING', 'charge', 'CHARGED', 'RESERVED', 'ended: all is done', 'order COMPLETED']) {
        await sees(diagram.getByText(text, { exact: true }));
      }
      await sees(page.getByRole('img', { name: 'Sequence diagram of 3 × chair for 37.50' }));
      expect(await diagram.locator('.backward').count()).toBe(0);
      const events = await log.allInnerTexts();
      expect(events.map((line) => line.split('\t')[2]).slice(1)).toEqual([
        expect.stringContaining('committed as PENDING'),
        'payment is asked to charge',
        'payment answers charge: done',
        'inventory is asked to reserve',
        'inventory answers reserve: done',
        expect.stringContaining('COMPLETED, in one transaction'),
      ]);
    }));

  test('promise 2: a price of 9999 is compensated in the diagram, and the books do not change', () =>
    inWindow(system, async ({ page, part, diagram }) => {
      const books = part('The books');
      await seesCurrentBooks(system, books);
      const [kept, cancelled] = [await readFigure(books, 'Kept'), await readFigure(books, 'CANCELLED')];
      await part('Place an order').getByRole('button', { name: 'One that is compensated' }).click();

      for (const text of ['? charge unknown', 'turns back: payment unknown', '↩ refund', 'order CANCELLED', 'VOIDED']) {
        await sees(diagram.getByText(text));
      }
      await sees(diagram.getByText('1 × bomb for 9,999.00', { exact: true }));
      await sees(part(/^Saga /).getByText('HTTP 500 charge-failed'));
      // Backward is not told by colour alone: it is dashed, forward is not.
      const dashesOf = (arrow: string) =>
        page.evaluate<string>(`getComputedStyle(document.querySelector('.call.${arrow} line')).strokeDasharray`);
      expect(await dashesOf('backward')).toMatch(/\d/);
      expect(await dashesOf('forward')).toBe('none');
      await sees(page.getByRole('row', { name: '1 × bomb' }).getByText('COMPENSATED'));
      await seesFigure(books, 'CANCELLED', String(Number(cancelled) + 1));
      expect(await readFigure(books, 'Kept')).toBe(kept);
      expect(await readFigure(books, 'Difference')).toBe('0.00');
    }));

  test('below a long list, too, a saga is in sight from its heading to the end of its diagram', () =>
    inWindow(
      system,
      async ({ page, part, diagram }) => {
        for (let row = 1; row <= 8; row += 1) {
          await system.client.placeOrderAsync({ itemName: `row ${row}`, quantity: 1, price: 1 });
        }
        await sees(part(/^Sagas/).getByRole('row', { name: '1 × row 8' }));
        await part('Place an order').getByRole('button', { name: 'One that is compensated' }).click();
        await sees(diagram.getByText('ended: all is undone'));
        const heading = page.locator('#chosen-heading');
        await waitUntil('the saga is in sight', async () => {
          const [top, box] = await Promise.all([heading.boundingBox(), diagram.boundingBox()]);
          return top !== null && box !== null && top.y >= 0 && box.y + box.height <= 900;
        });
      },
      { viewport: { width: 1280, height: 900 } },
    ));

  test('a saga that does not exist is said, and is not waited for', () =>
    inWindow(system, async ({ page, part }) => {
      await page.evaluate(`location.hash = 'saga=nonsense'`);
      await sees(part(/^Saga /).getByRole('alert'));
      expect(
        await part(/^Saga /)
          .getByText('Reading…')
          .count(),
      ).toBe(0);
    }));
}

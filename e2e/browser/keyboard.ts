import { waitUntil } from 'stack/wait-until';
import { type BrowserSystem, inWindow, sees, tabTo } from './page-window.ts';

export function useKeyboard(system: BrowserSystem): void {
  test('an order is placed and its saga opened with nothing but the keyboard', () =>
    inWindow(system, async ({ page, part, diagram }) => {
      await tabTo(page, /^Item/);
      await page.keyboard.press('Control+A');
      await page.keyboard.type('keyboard');
      await tabTo(page, /^Price/);
      await page.keyboard.press('Control+A');
      await page.keyboard.type('5');
      await page.keyboard.press('Enter');
      await sees(
        part(/^Sagas/)
          .getByRole('row', { name: '1 × keyboard' })
          .getByText('COMPLETED'),
      );

      await page.reload();
      await tabTo(page, /^Skip to the sagas/);
      await page.keyboard.press('Enter');
      await tabTo(page, /^1 × keyboard/);
      await page.keyboard.press('Enter');
      await sees(diagram.getByText('1 × keyboard for 5.00'));
      // Whoever cannot see it is told by the focus, and reads on from there.
      const chosen = part(/^Saga /);
      await waitUntil('the saga has the focus', () => chosen.evaluate((section) => section.matches(':focus')));
      await page.keyboard.press('Tab');
      expect(await diagram.evaluate((box) => box.matches(':focus'))).toBe(true);
    }));

  test('a saga that is looked at already is led to again', () =>
    inWindow(system, async ({ page, part }) => {
      const link = part(/^Sagas/)
        .getByRole('link')
        .first();
      await link.click();
      const chosen = part(/^Saga /);
      const hasFocus = () => chosen.evaluate((section) => section.matches(':focus'));
      await waitUntil('the saga has the focus', hasFocus);
      await link.focus();
      expect(await hasFocus()).toBe(false);
      await page.keyboard.press('Enter');
      await waitUntil('the saga has the focus', hasFocus);
    }));
}

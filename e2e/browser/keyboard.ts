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
    }));
}

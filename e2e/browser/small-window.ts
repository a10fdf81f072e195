import type { Locator } from 'playwright-core';
import { waitUntil } from 'stack/wait-until';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

export function useSmallWindow(system: BrowserSystem): void {
  test('on a phone the page does not scroll sideways, and the diagram tells the whole story within its box', () =>
    inWindow(
      system,
      async ({ page, diagram }) => {
        await page.getByRole('button', { name: 'One that is compensated' }).click();
        await sees(diagram.getByText('ended: all is undone'));
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
        const words = [
          'charge',
          '? charge unknown',
          '↩ refund',
          '✓ refund succeeded',
          'VOIDED',
          'ended: all is undone',
        ];
        for (const text of words) {
          await waitUntil(`${text} is in sight`, () =>
            isInSight(diagram.locator('text', { hasText: text }).first(), diagram),
          );
        }
        const sizes = await page.evaluate<number[]>(
          `[...document.querySelectorAll('.sequence text')].map((text) => parseFloat(getComputedStyle(text).fontSize))`,
        );
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
      },
      telephone,
    ));
}

/** Whether the whole of it is inside its box and inside the window. */
async function isInSight(what: Locator, within: Locator): Promise<boolean> {
  const [inner, outer] = await Promise.all([what.boundingBox(), within.boundingBox()]);
  if (!inner || !outer) return false;
  const { width, height } = telephone.viewport;
  return (
    inner.x >= Math.max(0, outer.x) &&
    inner.x + inner.width <= Math.min(width, outer.x + outer.width) &&
    inner.y >= Math.max(0, outer.y) &&
    inner.y + inner.height <= Math.min(height, outer.y + outer.height)
  );
}

import { type BrowserSystem, inWindow, sees } from './page-window.ts';

export function useSmallWindow(system: BrowserSystem): void {
  test('on a phone the page does not scroll sideways, and the diagram does so in its own box', () =>
    inWindow(
      system,
      async ({ page, diagram }) => {
        await page.getByRole('button', { name: 'One that is compensated' }).click();
        await sees(diagram.getByText('ended: all is undone'));
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
        const widthOf = (name: string) => page.evaluate<number>(`document.querySelector('.sequence').${name}`);
        expect(await widthOf('clientWidth')).toBeLessThan(360);
        expect(await widthOf('scrollWidth')).toBeGreaterThan(700);
      },
      { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    ));
}

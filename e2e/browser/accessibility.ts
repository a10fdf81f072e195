import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  nodes: { html: string }[];
}

export function checkAccessibility(system: BrowserSystem): void {
  test.each(['light', 'dark'] as const)('axe finds nothing on the page in %s colours', (colorScheme) =>
    inWindow(
      system,
      async ({ page, part, diagram }) => {
        await part('Place an order').getByRole('button', { name: 'One that is compensated' }).click();
        await sees(diagram.getByText('ended: all is undone'));
        const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        const brightness = Math.max(...(background.match(/\d+/g) ?? []).map(Number));
        expect(brightness > 128).toBe(colorScheme === 'light');
        await page.evaluate(axe);
        const { violations } = await page.evaluate<{ violations: Finding[] }>('axe.run()');
        expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
      },
      { colorScheme },
    ),
  );
}

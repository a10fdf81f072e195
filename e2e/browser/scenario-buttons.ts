import { scenarios } from '../../order-service/page/scenarios.ts';
import { type BrowserSystem, inWindow } from './page-window.ts';

export function playScenarioButtons(system: BrowserSystem): void {
  test.each(scenarios.map(({ name }) => name.replaceAll('-', ' ')))(
    '%s is played to its end',
    (name) =>
      inWindow(system, async ({ page, part }) => {
        const button = page.getByRole('button', { name, exact: true });
        await part('Scenarios').locator(button).click();
        const story = part('Scenarios').getByRole('listitem').filter({ has: button });
        const told = story.getByText(/(went|did not go) as told/);
        await told.waitFor({ timeout: 60_000 });
        expect(await told.textContent()).toBe('✓ went as told');
      }),
    70_000,
  );
}

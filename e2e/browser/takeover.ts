import { type BrowserSystem, inWindow, sees } from './page-window.ts';

export function takeOver(system: BrowserSystem): void {
  test('promise 1: a replica dies with a saga, and the diagram shows how the other takes it over', () =>
    inWindow(system, async ({ page, part, diagram, log }) => {
      await part('Make it fail').getByLabel('Where').selectOption('before-action-answered-payment');
      await part('Make it fail').getByRole('button', { name: 'Crash at the next saga there' }).click();
      await sees(page.getByText('before-action-answered-payment: crash, once'));
      await part('Place an order').getByRole('button', { name: 'One that completes' }).click();

      await sees(diagram.getByText('? no answer to charge'));
      await sees(diagram.getByText('taken over, fencing token 2'));
      await sees(diagram.getByText('charge, attempt 2'));
      await sees(diagram.getByText('order COMPLETED'));
      expect(await diagram.locator('.mark.takeover').count()).toBe(1);
      expect(await diagram.locator('.arrow.lost').count()).toBe(1);
      await sees(log.getByText(/^Taken over by .*; the answer to charge reached nobody$/));
      await sees(page.getByRole('status').getByText('Live'));
      await Promise.all(system.orderReplicas.map((replica) => replica.start()));
    }));
}

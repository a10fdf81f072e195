import { type BrowserSystem, inWindow, sees } from './page-window.ts';

export function restartOrderService(system: BrowserSystem): void {
  test('a page that is open while every order-service stops and starts again catches up by itself', () =>
    inWindow(system, async ({ page, part, diagram }) => {
      const { orderReplicas, client } = system;
      const held = await client.placeOrder({ itemName: 'shirt', quantity: 7, price: 20 });
      await page.getByRole('link', { name: '7 × shirt' }).click();
      await sees(diagram.getByText('order COMPLETED'));
      // The list stands still under the pointer.
      await page.mouse.move(0, 0);
      for (const replica of orderReplicas) await replica.signal('SIGTERM');
      await sees(page.getByRole('status').getByText('Not connected'));
      await sees(diagram.getByText('order COMPLETED'));

      for (const replica of orderReplicas) await replica.start();
      await client.placeOrder({ itemName: 'pencil', quantity: 9, price: 9999 / 9 });
      await sees(page.getByRole('status').getByText('Live'));
      await sees(
        part(/^Sagas/)
          .getByRole('row', { name: '9 × pencil' })
          .getByText('COMPENSATED'),
      );
      expect(page.url()).toContain(held.sagaId);
    }));
}

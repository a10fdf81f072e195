import { randomUUID } from 'node:crypto';
import type { Order } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import type { ComposeStack } from './compose-stack.ts';

const json = { 'content-type': 'application/json' };

/** A sample of the crash matrix: forward, backward, and between a decision and its commit. */
export function crashOrderService(stack: () => ComposeStack): void {
  test.each([
    ['after-action-called-payment', false],
    ['before-failed', true],
    ['before-compensation-answered-payment', true],
  ])('promise 1: killed at %s, the saga ends after the restart', async (point, failInventory) => {
    const { client, services, restore } = stack();
    await restore();
    const { url } = services.order;
    const fault = JSON.stringify({ mode: 'crash', times: 1 });
    const set = await fetch(`${url}/faults/${point}`, { method: 'PUT', headers: json, body: fault });
    expect(set.status).toBe(200);

    const headers = { ...json, 'idempotency-key': randomUUID() };
    const body = JSON.stringify({ itemName: 'cup', quantity: 1, price: 7, failInventory });
    const ask = async () => {
      const response = await fetch(`${url}/orders`, { method: 'POST', headers, body }).catch(() => undefined);
      return response?.ok && ((await response.json()) as Order);
    };
    const placed = await waitUntil('the order is answered', ask, 60_000);
    const ended = await waitUntil(
      'its saga is over',
      () => client.waitUntilOver(placed).catch(() => undefined),
      60_000,
    );
    const saga = await client.findSaga(ended.sagaId);
    expect(saga?.log.map(({ type }) => type)).toContain('claimed');
    const payment = await client.findPayment(ended.sagaId);
    const reservation = await client.findReservation(ended.sagaId);
    expect([ended.status, ended.sagaStatus, payment?.status, reservation?.status]).toEqual(
      failInventory
        ? ['CANCELLED', 'COMPENSATED', 'REFUNDED', 'VOIDED']
        : ['COMPLETED', 'COMPLETED', 'CHARGED', 'RESERVED'],
    );
  });
}

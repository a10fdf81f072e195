import { expectSame, freshId, tell } from './scenario-teller.ts';
import type { Answer, Scenario } from './service-api.ts';

const payments = '/participants/payment/payments';
const inventory = '/participants/inventory/inventory';

/** Participants on their own, asked without an orchestrator. */
export const participantScenarios: Scenario[] = [
  {
    name: 'payment-on-its-own',
    sentence:
      'payment-service alone: charge, repeat, refund, late charge. It charges once, refunds once, in any order.',
    ends: '',
    needsFaults: true,
    play: tell(async ({ expectAnswer }) => {
      const sagaId = freshId();
      const charge = { sagaId, orderId: 'order-1', amount: 12.5 };
      const refund = { sagaId, reason: 'changed my mind' };
      await expectAnswer(`POST ${payments}/charge`, { body: { ...charge, fail: true } }, 500);
      await expectAnswer(`GET ${payments}/${sagaId}`, {}, 404);
      const first = await expectAnswer(`POST ${payments}/charge`, { body: charge }, 200, 'CHARGED');
      const again = await expectAnswer(`POST ${payments}/charge`, { body: charge }, 200, 'CHARGED');
      expectSame('the receipt', readField(again, 'receiptId'), readField(first, 'receiptId'));
      await expectAnswer(`POST ${payments}/charge`, { body: { ...charge, amount: 13 } }, 409, 'charge-conflict');
      await expectAnswer(`POST ${payments}/refund`, { body: refund }, 200, 'REFUNDED');
      await expectAnswer(`POST ${payments}/refund`, { body: refund }, 200, 'REFUNDED');
      await expectAnswer(`POST ${payments}/charge`, { body: charge }, 409, 'charge-after-refund');
      await expectAnswer(`GET ${payments}/${sagaId}`, {}, 200, 'REFUNDED');

      const late = { ...charge, sagaId: freshId(), orderId: 'order-2' };
      const empty = { sagaId: late.sagaId, reason: 'it may have been charged' };
      await expectAnswer(`POST ${payments}/refund`, { body: empty }, 200, 'VOIDED');
      await expectAnswer(`POST ${payments}/charge`, { body: late }, 409, 'charge-after-refund');
    }),
  },
  {
    name: 'inventory-on-its-own',
    sentence: 'inventory-service alone: reserve, repeat, release, late reserve. Stock is taken and given back once.',
    ends: '',
    needsFaults: true,
    play: tell(async ({ expectAnswer }) => {
      const sagaId = freshId();
      const reserve = { sagaId, productId: 'kite', quantity: 3 };
      const stock = (available: number) => `{"id":"kite","available":${available},"stocked":10}`;
      await expectAnswer(`PUT ${inventory}/products/kite`, { body: { available: 10 } }, 200, '"available":10');
      const failing = { sagaId, productId: 'kite', qty: 3, fail: true };
      await expectAnswer(`POST ${inventory}/reserve`, { body: failing }, 500);
      const first = await expectAnswer(`POST ${inventory}/reserve`, { body: reserve }, 200, 'RESERVED');
      const again = await expectAnswer(`POST ${inventory}/reserve`, { body: reserve }, 200, 'RESERVED');
      expectSame('the reservation', readField(again, 'reservationId'), readField(first, 'reservationId'));
      await expectAnswer(`GET ${inventory}/products`, {}, 200, stock(7));
      const tooMany = { ...reserve, sagaId: freshId(), quantity: 8 };
      await expectAnswer(`POST ${inventory}/reserve`, { body: tooMany }, 409, 'out-of-stock');
      await expectAnswer(`POST ${inventory}/release`, { body: { sagaId } }, 200, 'RELEASED');
      await expectAnswer(`POST ${inventory}/release`, { body: { sagaId } }, 200, 'RELEASED');
      await expectAnswer(`POST ${inventory}/reserve`, { body: reserve }, 409, 'reserve-after-release');
      await expectAnswer(`GET ${inventory}/${sagaId}`, {}, 200, 'RELEASED');
      await expectAnswer(`GET ${inventory}/products`, {}, 200, stock(10));

      const late = { ...reserve, sagaId: freshId() };
      await expectAnswer(`POST ${inventory}/release`, { body: { sagaId: late.sagaId } }, 200, 'VOIDED');
      await expectAnswer(`POST ${inventory}/reserve`, { body: late }, 409, 'reserve-after-release');
    }),
  },
];

function readField({ body }: Answer, name: string): unknown {
  return (body as Record<string, unknown>)[name];
}

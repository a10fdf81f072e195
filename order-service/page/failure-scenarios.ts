import { placeOnce } from './order-placing.ts';
import { expectSame, pause, tell } from './scenario-teller.ts';
import type { Scenario } from './service-api.ts';

/** Orders whose participants, or whose orchestrator, fail on purpose. */
export const failureScenarios: Scenario[] = [
  {
    name: 'charge-reply-lost',
    sentence: 'The charge is made, its reply is lost: once, and the repeated charge charges once; then every time.',
    ends: 'COMPLETED, charged once; CANCELLED',
    needsFaults: true,
    play: tell(async ({ order, setSwitch, expectRows, expectBalance }) => {
      await setSwitch('payment', 'charge', { mode: 'drop-reply', times: 1 });
      await expectRows(await order({ itemName: 'cup', quantity: 1, price: 12 }), { order: 'COMPLETED' });
      await setSwitch('payment', 'charge', { mode: 'drop-reply' });
      const saga = await order({ itemName: 'cup', quantity: 1, price: 13 });
      await expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED' });
      await expectBalance();
    }),
  },
  {
    name: 'charge-too-late',
    sentence: 'The charge answers with an error and is carried out only after it was refunded: it is refused.',
    ends: 'CANCELLED',
    needsFaults: true,
    play: tell(async ({ order, setSwitch, expectRows, expectBalance }) => {
      const delayMs = 1_000;
      await setSwitch('payment', 'charge', { mode: 'late', times: 1, delayMs });
      const saga = await order({ itemName: 'chair', quantity: 1, price: 80 });
      await expectRows(saga, { order: 'CANCELLED', payment: 'VOIDED' });
      await pause(delayMs + 500);
      await expectRows(saga, { payment: 'VOIDED' });
      await expectBalance();
    }),
  },
  {
    name: 'participant-down',
    sentence:
      'payment-service dies whenever it is asked to charge: nobody knows whether it charged, so it is taken back.',
    ends: 'CANCELLED',
    needsFaults: true,
    play: tell(async ({ order, setSwitch, switchOff, expectRows, expectBalance }) => {
      await setSwitch('payment', 'charge', { mode: 'crash-before' });
      const saga = await order({ itemName: 'desk', quantity: 1, price: 300 });
      expectSame('the saga', saga.status, 'COMPENSATED');
      await expectRows(saga, { order: 'CANCELLED', payment: 'VOIDED' });
      await switchOff();
      await expectBalance();
    }),
  },
  {
    name: 'refund-recovers',
    sentence: 'Inventory fails, then the refund fails twice and is tried until it works.',
    ends: 'CANCELLED',
    needsFaults: true,
    play: tell(async ({ order, setSwitch, expectRows, expectBalance }) => {
      await setSwitch('payment', 'refund', { mode: 'unavailable', times: 2 });
      const saga = await order({ itemName: 'lamp', quantity: 1, price: 45, failInventory: true });
      expectSame('the saga', saga.status, 'COMPENSATED');
      const failures = saga.compensationFailures.map(({ step, attempt }) => `${step} ${attempt}`);
      expectSame('the failed attempts', failures.join(), 'payment 1,payment 2');
      await expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED' });
      await expectBalance();
    }),
  },
  {
    name: 'refund-stuck',
    sentence: 'The refund fails for good: the saga is stuck until payment is well again and it is retried.',
    ends: 'CANCELLED',
    needsFaults: true,
    play: tell(async ({ api, order, setSwitch, switchOff, untilOver, expectRows, expectBalance }) => {
      await setSwitch('payment', 'refund', { mode: 'error' });
      const stuck = await order({ itemName: 'phone', quantity: 1, price: 700, failInventory: true });
      expectSame('the saga', stuck.status, 'COMPENSATION_STUCK');
      const { items } = await api.listSagas({ status: 'COMPENSATION_STUCK', limit: '100' });
      expectSame(
        'it is found among the stuck',
        items.some(({ id }) => id === stuck.id),
        true,
      );
      await expectBalance();
      await switchOff();
      await api.retry(stuck.id);
      const saga = await untilOver(stuck.id);
      expectSame('the saga', saga.status, 'COMPENSATED');
      await expectRows(saga, { order: 'CANCELLED', payment: 'REFUNDED' });
      await expectBalance();
    }),
  },
  {
    name: 'orchestrator-killed',
    sentence:
      'order-service dies between the charge and its log entry: another driver takes over and completes the order.',
    ends: 'COMPLETED',
    needsFaults: true,
    play: tell(async ({ api, follow, setSwitch, untilOver, expectRows, expectBalance }) => {
      await setSwitch('order', 'before-action-answered-payment', { mode: 'crash', times: 1 });
      const { sagaId } = await placeOnce(api, { itemName: 'keyboard', quantity: 1, price: 90 }, () => {});
      follow(sagaId);
      const saga = await untilOver(sagaId);
      const claims = saga.log.filter(({ type }) => type === 'claimed');
      expectSame('takeovers in the log', claims.length, 1);
      await expectRows(saga, { order: 'COMPLETED', payment: 'CHARGED', inventory: 'RESERVED' });
      await expectBalance();
    }),
  },
];

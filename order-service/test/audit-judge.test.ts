import { findUnbalancedProducts, judgeSums } from '../src/audit/balance-judge.ts';
import type { Ledger, LedgerPayment, LedgerReservation, LedgerSaga } from '../src/audit/ledger.ts';
import { judgeLedger } from '../src/audit/ledger-judge.ts';
import type { SagaStatus } from '../src/saga/saga-events.ts';

const createdAt = new Date(0);
const sagaId = '0190a000-0000-7000-8000-000000000001';
type Order = NonNullable<LedgerSaga['order']>;

const completed: Order = { id: 'o', status: 'COMPLETED', itemName: 'Apple', quantity: 3, amountCents: 1050 };
const cancelled: Order = { ...completed, status: 'CANCELLED' };
const pay = (status: LedgerPayment['status'], amountCents: number | null = 1050): LedgerPayment => {
  return { sagaId, status, amountCents, createdAt };
};
const reserve = (
  status: LedgerReservation['status'],
  productId: string | null = 'apple',
  quantity: number | null = 3,
): LedgerReservation => ({ sagaId, status, productId, quantity, createdAt });
const charged = pay('CHARGED');
const reserved = reserve('RESERVED');

function judge(
  status: SagaStatus | null,
  order: Order | null,
  payment?: LedgerPayment,
  reservation?: LedgerReservation,
): string[] {
  const saga: Ledger['saga'] = status === null ? undefined : { sagaId, status, ended: true, order };
  return judgeLedger({ sagaId, saga, payment, reservation }).map(({ problem }) => problem);
}

describe('promise 2: a COMPLETED saga is charged once and reserved once', () => {
  test.each<[what: string, payment: LedgerPayment | undefined, reservation: LedgerReservation | undefined, string[]]>([
    ['both as ordered', charged, reserved, []],
    ['the product in capitals', charged, reserve('RESERVED', 'APPLE'), []],
    ['no payment', undefined, reserved, ['payment-missing']],
    ['a refund', pay('REFUNDED'), reserved, ['payment-not-charged']],
    ['a void', pay('VOIDED', null), reserved, ['payment-not-charged']],
    ['a cent too much', pay('CHARGED', 1051), reserved, ['payment-amount-differs']],
    ['no amount', pay('CHARGED', null), reserved, ['payment-amount-differs']],
    ['no reservation', charged, undefined, ['reservation-missing']],
    ['a release', charged, reserve('RELEASED'), ['reservation-not-reserved']],
    ['a void reservation', charged, reserve('VOIDED', null, null), ['reservation-not-reserved']],
    ['another product', charged, reserve('RESERVED', 'pear'), ['reservation-product-differs']],
    ['another quantity', charged, reserve('RESERVED', 'apple', 4), ['reservation-quantity-differs']],
    ['neither', undefined, undefined, ['payment-missing', 'reservation-missing']],
    [
      'all of it wrong',
      pay('CHARGED', 1),
      reserve('RESERVED', 'pear', 1),
      ['payment-amount-differs', 'reservation-product-differs', 'reservation-quantity-differs'],
    ],
  ])('%s', (_what, payment, reservation, problems) => {
    expect(judge('COMPLETED', completed, payment, reservation)).toEqual(problems);
  });
});

describe('promise 2: a COMPENSATED saga holds nothing', () => {
  const payments = [undefined, pay('REFUNDED'), pay('VOIDED', null), charged];
  const reservations = [undefined, reserve('RELEASED'), reserve('VOIDED', null, null), reserved];
  const cases = payments.flatMap((payment) => reservations.map((reservation) => ({ payment, reservation })));

  test.each(cases)('payment $payment.status, reservation $reservation.status', ({ payment, reservation }) => {
    expect(judge('COMPENSATED', cancelled, payment, reservation)).toEqual([
      ...(payment === charged ? ['payment-not-refunded'] : []),
      ...(reservation === reserved ? ['reservation-not-released'] : []),
    ]);
  });
});

describe('what a person has been told of is no discrepancy', () => {
  test.each(['COMPENSATION_STUCK', 'RESOLVED'] as const)('%s, whatever it holds', (status) => {
    expect(judge(status, cancelled, charged, reserved)).toEqual([]);
    expect(judge(status, cancelled)).toEqual([]);
  });
});

describe('an order agrees with its saga', () => {
  const agreeing = { COMPLETED: 'COMPLETED', COMPENSATED: 'CANCELLED', COMPENSATION_STUCK: 'CANCELLED' } as const;
  const cases = [...Object.entries(agreeing), ['RESOLVED', 'CANCELLED']] as [SagaStatus, Order['status']][];

  test.each(cases)('%s is %s and nothing else', (sagaStatus, agreed) => {
    const done = sagaStatus === 'COMPLETED';
    for (const status of ['PENDING', 'COMPLETED', 'CANCELLED'] as const) {
      const problems = judge(
        sagaStatus,
        { ...completed, status },
        done ? charged : undefined,
        done ? reserved : undefined,
      );
      expect(problems).toEqual(status === agreed ? [] : ['order-status-differs']);
    }
  });

  test('a saga without an order', () => {
    expect(judge('COMPLETED', null, charged, reserved)).toEqual(['order-missing']);
  });
});

test('rows without a saga are wrong if they hold something', () => {
  expect(judge(null, null, charged)).toEqual(['payment-orphaned']);
  expect(judge(null, null, undefined, reserved)).toEqual(['reservation-orphaned']);
  expect(judge(null, null, charged, reserved)).toEqual(['payment-orphaned', 'reservation-orphaned']);
  expect(judge(null, null, pay('REFUNDED'), reserve('RELEASED'))).toEqual([]);
  expect(judge(null, null, pay('VOIDED', null), reserve('VOIDED', null, null))).toEqual([]);
});

test('each detail says what was expected and what was found', () => {
  const saga = { sagaId, status: 'COMPLETED', ended: true, order: completed } as const;
  const wrong = { sagaId, saga, payment: pay('CHARGED', 999), reservation: reserve('RESERVED', 'pear', 1) };
  expect(judgeLedger(wrong).map(({ detail }) => detail)).toEqual([
    'the order is 10.50, the payment 9.99',
    'the order is of Apple, the reservation of pear',
    'the order is of 3, the reservation of 1',
  ]);
});

describe('promise 3: the sums', () => {
  const accounted = { completedCents: 700, heldCents: 200, completedUnits: 5, heldUnits: 1 };
  const totals = { chargedCents: 1000, refundedCents: 100, reservedUnits: 6 };

  test('agree', () => expect(judgeSums(accounted, totals)).toEqual([]));

  test.each([
    [{ chargedCents: 1001 }, 'money-not-conserved'],
    [{ refundedCents: 101 }, 'money-not-conserved'],
    [{ reservedUnits: 5 }, 'units-not-conserved'],
  ])('%j is named', (wrong, problem) => {
    expect(judgeSums(accounted, { ...totals, ...wrong })).toMatchObject([{ problem }]);
  });

  test('a product is stocked with what is available and reserved', () => {
    const apple = { id: 'apple', available: 7, reserved: 3, stocked: 10 };
    const lost = { id: 'pear', available: 7, reserved: 2, stocked: 10 };
    expect(findUnbalancedProducts([apple, lost])).toEqual([lost]);
  });
});

import { checkBooks, type QueryDatabase } from '../src/books.ts';

const order = {
  id: 'o',
  sagaId: 's',
  status: 'COMPLETED',
  sagaStatus: 'COMPLETED',
  lastSeq: 6,
  product: 'cup',
  quantity: 2,
};
const cancelled = { ...order, status: 'CANCELLED', sagaStatus: 'COMPENSATED', lastSeq: 7 };
const event = (type: string, step: string | null = null, outcome: string | null = null) => ({ type, step, outcome });
const completed = [
  event('begun'),
  ...[event('action-called', 'payment'), event('action-answered', 'payment', 'succeeded')],
  ...[event('action-called', 'inventory'), event('action-answered', 'inventory', 'succeeded'), event('ended')],
];
const turnedBack = [
  ...[event('begun'), event('action-called', 'payment'), event('action-answered', 'payment', 'rejected')],
  ...[event('failed', 'payment', 'rejected'), event('compensation-called', 'payment')],
  ...[event('compensation-answered', 'payment', 'succeeded'), event('ended')],
];
const payment = { sagaId: 's', status: 'CHARGED', cents: 500 };
const reservation = { sagaId: 's', status: 'RESERVED', product: 'cup', quantity: 2 };
const product = { id: 'cup', available: 8, stocked: 10, reserved: 2 };
const sound = {
  orders: [{ ...order, cents: 500 }] as object[],
  events: completed as object[],
  payments: [payment] as object[],
  reservations: [reservation] as object[],
  products: [product] as object[],
};
const soundlyCancelled = {
  orders: [{ ...cancelled, cents: 500 }],
  events: turnedBack,
  payments: [{ ...payment, status: 'VOIDED', cents: null }],
  reservations: [],
  products: [{ ...product, available: 10, reserved: 0 }],
};

/** The entries that do not hold in databases with these rows, by their first word. */
async function findWrong(rows: Partial<typeof sound>, base: typeof sound = sound): Promise<string[]> {
  const { orders, events, payments, reservations, products } = { ...base, ...rows };
  const numbered = events.map((entry, index) => ({ sagaId: 's', seq: index + 1, ...entry }));
  const query: QueryDatabase = async (_database, text) => {
    if (text.includes('saga_events')) return numbered;
    if (text.includes('FROM payments')) return payments;
    if (text.includes('FROM reservations')) return reservations;
    return text.includes('FROM products') ? products : orders;
  };
  const wrong = (await checkBooks(query)).filter(({ held }) => !held);
  return wrong.map(({ text }) => text.split(/[: ]/)[0] ?? '');
}

test('what is in order is found in order, completed or cancelled', async () => {
  expect(await findWrong({})).toEqual([]);
  expect(await findWrong({}, soundlyCancelled)).toEqual([]);
});

test.each<[string, Partial<typeof sound>, string[]]>([
  [
    'an order that is under way',
    { orders: [{ ...order, cents: 500, sagaStatus: 'STARTED' }] },
    ['1', 'money', 'reservations', 'stock'],
  ],
  ['a log without its end', { events: completed.slice(0, -1) }, ['logs']],
  ['a log that is not there', { events: [] }, ['logs']],
  ['a step that is not known to have succeeded', { events: completed.toSpliced(4, 1, event('claimed')) }, ['logs']],
  ['another amount', { payments: [{ ...payment, cents: 400 }] }, ['money']],
  ['no payment', { payments: [] }, ['money']],
  ['a payment of nobody', { payments: [payment, { ...payment, sagaId: 'x' }] }, ['money']],
  ['no reservation', { reservations: [] }, ['reservations', 'stock']],
  ['a reservation of nobody', { reservations: [reservation, { ...reservation, sagaId: 'x' }] }, ['stock']],
  ['stock that got lost', { products: [{ ...product, available: 7 }] }, ['stock']],
  ['units that nobody ordered', { products: [{ ...product, available: 7, reserved: 3 }] }, ['stock']],
])('%s is found', async (_what, rows, wrong) => {
  expect(await findWrong(rows)).toEqual(wrong);
});

test.each<[string, Partial<typeof sound>, string[]]>([
  ['a step that was sent and is not compensated', { events: turnedBack.toSpliced(5, 1, event('claimed')) }, ['logs']],
  ['a payment that stands', { payments: [payment] }, ['money']],
  ['a reservation that stands', { reservations: [reservation] }, ['reservations', 'stock']],
])('of a cancelled order %s is found', async (_what, rows, wrong) => {
  expect(await findWrong(rows, soundlyCancelled)).toEqual(wrong);
});

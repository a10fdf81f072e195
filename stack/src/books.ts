import type { Order, Product, SystemClient } from './system-client.ts';

/** One thing that has to hold once nothing is in flight. */
export interface BookEntry {
  text: string;
  held: boolean;
}

/**
 * Checks across the three services that money and stock are conserved: nothing is taken but for completed orders.
 * @param before the products as they were when there was no order
 */
export async function checkBooks(client: SystemClient, before: Product[]): Promise<BookEntry[]> {
  const orders = await client.listOrders();
  const completed = orders.filter(({ status }) => status === 'COMPLETED');
  const inFlight = orders.filter(({ sagaStatus }) => !['COMPLETED', 'COMPENSATED'].includes(sagaStatus)).length;
  return [
    { text: `${orders.length} orders, ${completed.length} completed, ${inFlight} in flight`, held: inFlight === 0 },
    checkMoney(completed, await sumPayments(client, orders)),
    await checkReservations(client, orders),
    checkStock(completed, before, await client.listProducts()),
  ];
}

async function sumPayments(client: SystemClient, orders: Order[]) {
  const sums = { charged: 0, refunded: 0 };
  for (const { sagaId } of orders) {
    const payment = await client.findPayment(sagaId);
    const cents = toCents(payment?.amount ?? 0);
    sums.charged += cents;
    if (payment?.status === 'REFUNDED') sums.refunded += cents;
  }
  return sums;
}

function checkMoney(completed: Order[], { charged, refunded }: { charged: number; refunded: number }): BookEntry {
  const earned = sum(completed.map(({ amount }) => toCents(amount)));
  const text = `money: charged ${show(charged)} − refunded ${show(refunded)}; completed orders ${show(earned)}`;
  return { text, held: charged - refunded === earned };
}

async function checkReservations(client: SystemClient, orders: Order[]): Promise<BookEntry> {
  let wrong = 0;
  for (const order of orders) {
    const reservation = await client.findReservation(order.sagaId);
    const held = reservation?.status === 'RESERVED' ? reservation.quantity : 0;
    if (held !== (order.status === 'COMPLETED' ? order.quantity : 0)) wrong += 1;
  }
  return { text: `reservations: ${wrong} differ from their orders`, held: wrong === 0 };
}

function checkStock(completed: Order[], before: Product[], after: Product[]): BookEntry {
  let taken = 0;
  let held = true;
  for (const { id, available, stocked } of before) {
    const now = after.find((product) => product.id === id);
    const ordered = sum(completed.filter(({ itemName }) => itemName.toLowerCase() === id).map((o) => o.quantity));
    const gone = available - (now?.available ?? 0);
    taken += gone;
    held &&= gone === ordered && now?.stocked === stocked;
  }
  const ordered = sum(completed.map(({ quantity }) => quantity));
  return { text: `stock: ${taken} units taken; completed orders ${ordered}`, held: held && taken === ordered };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function toCents(amount: number): number {
  return Math.round(amount * 100);
}

function show(cents: number): string {
  return (cents / 100).toFixed(2);
}

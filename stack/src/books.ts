import { contradictsEnd, type SagaEventRow } from './saga-log-check.ts';

/** Asks one of the three databases itself, past every service. Rows as JSON has them. */
export type QueryDatabase = (database: 'order' | 'payment' | 'inventory', sql: string) => Promise<unknown[]>;

/** One thing that has to hold once nothing is in flight. */
export interface BookEntry {
  text: string;
  held: boolean;
}

interface OrderRow {
  id: string;
  sagaId: string;
  status: string;
  sagaStatus: string;
  lastSeq: number;
  product: string;
  quantity: number;
  cents: number;
}
interface PaymentRow {
  sagaId: string;
  status: string;
  cents: number | null;
}
interface ReservationRow {
  sagaId: string;
  status: string;
  product: string | null;
  quantity: number | null;
}
interface ProductRow {
  id: string;
  available: number;
  stocked: number;
  reserved: number;
}

/** What the three databases hold. */
interface Rows {
  orders: OrderRow[];
  events: SagaEventRow[];
  payments: Map<string, PaymentRow>;
  reservations: Map<string, ReservationRow>;
  products: ProductRow[];
}

/** Checks order by order, in the databases themselves, that each is charged and reserved for, or neither. */
export async function checkBooks(query: QueryDatabase): Promise<BookEntry[]> {
  const rows = await readRows(query);
  return [checkOrders(rows), checkLogs(rows), checkMoney(rows), checkReservations(rows), checkStock(rows)];
}

async function readRows(query: QueryDatabase): Promise<Rows> {
  const bySaga = <Row extends { sagaId: string }>(rows: unknown[]) =>
    new Map((rows as Row[]).map((row) => [row.sagaId, row]));
  return {
    orders: (await query(
      'order',
      `SELECT orders.id, saga_id AS "sagaId", orders.status, sagas.status AS "sagaStatus", quantity,
         last_seq AS "lastSeq",
         lower(item_name) AS product, amount_cents AS cents
       FROM sagas LEFT JOIN orders ON orders.saga_id = sagas.id`,
    )) as OrderRow[],
    events: (await query(
      'order',
      'SELECT saga_id AS "sagaId", seq, type, step, outcome FROM saga_events ORDER BY saga_id, seq',
    )) as SagaEventRow[],
    payments: bySaga(await query('payment', 'SELECT saga_id AS "sagaId", status, amount_cents AS cents FROM payments')),
    reservations: bySaga(
      await query('inventory', 'SELECT saga_id AS "sagaId", status, product_id AS product, quantity FROM reservations'),
    ),
    products: (await query('inventory', 'SELECT id, available, stocked, reserved FROM products')) as ProductRow[],
  };
}

function checkOrders({ orders }: Rows): BookEntry {
  const completed = orders.filter(isCompleted).length;
  const odd = orders.filter((order) => !isCompleted(order) && !isCancelled(order)).length;
  return {
    text: `${orders.length} orders, ${completed} completed, ${odd} neither that nor cancelled`,
    held: odd === 0,
  };
}

function checkLogs({ orders, events }: Rows): BookEntry {
  const logs = groupBy(events, ({ sagaId }) => sagaId);
  const wrong = orders.filter((order) =>
    contradictsEnd(logs.get(order.sagaId) ?? [], order.lastSeq, isCancelled(order)),
  );
  return { text: `logs: ${wrong.length} are not whole, or contradict the end`, held: wrong.length === 0 };
}

function checkMoney({ orders, payments }: Rows): BookEntry {
  const charged = sum([...payments.values()].map(({ status, cents }) => (status === 'CHARGED' ? (cents ?? 0) : 0)));
  const earned = sum(orders.filter(isCompleted).map(({ cents }) => cents));
  const wrong = orders.filter((order) => {
    const payment = payments.get(order.sagaId);
    const held = payment?.status === 'CHARGED' ? payment.cents : 0;
    return held !== (isCompleted(order) ? order.cents : 0);
  });
  const text = `money: ${show(charged)} kept; completed orders ${show(earned)}; ${wrong.length} differ`;
  return { text, held: wrong.length === 0 && charged === earned };
}

function checkReservations({ orders, reservations }: Rows): BookEntry {
  const wrong = orders.filter((order) => {
    const reservation = reservations.get(order.sagaId);
    if (reservation?.status !== 'RESERVED') return isCompleted(order);
    return !isCompleted(order) || reservation.product !== order.product || reservation.quantity !== order.quantity;
  });
  return { text: `reservations: ${wrong.length} differ from their orders`, held: wrong.length === 0 };
}

function checkStock({ orders, reservations, products }: Rows): BookEntry {
  const held = groupBy(
    [...reservations.values()].filter(({ status }) => status === 'RESERVED'),
    ({ product }) => product ?? '',
  );
  const ordered = groupBy(orders.filter(isCompleted), ({ product }) => product);
  const wrong = products.filter(({ id, available, stocked, reserved }) => {
    const units = sum((ordered.get(id) ?? []).map(({ quantity }) => quantity));
    const unitsHeld = sum((held.get(id) ?? []).map(({ quantity }) => quantity ?? 0));
    return reserved !== units || reserved !== unitsHeld || stocked !== available + reserved;
  });
  const reserved = sum(products.map((product) => product.reserved));
  return { text: `stock: ${reserved} units reserved; ${wrong.length} products differ`, held: wrong.length === 0 };
}

function isCompleted({ status, sagaStatus }: OrderRow): boolean {
  return status === 'COMPLETED' && sagaStatus === 'COMPLETED';
}

function isCancelled({ status, sagaStatus }: OrderRow): boolean {
  return status === 'CANCELLED' && sagaStatus === 'COMPENSATED';
}

function groupBy<Row>(rows: Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function show(cents: number): string {
  return (cents / 100).toFixed(2);
}

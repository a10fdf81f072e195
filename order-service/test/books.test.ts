import { openDatabase } from 'service-kit/database';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import supertest from 'supertest';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { createAuditVerdictStore } from '../src/audit/audit-verdict-store.ts';
import { type Books, books as booksSchema } from '../src/books/books-messages.ts';
import { createBooksReader } from '../src/books/books-reader.ts';
import { createParticipantViews } from '../src/participants/participant-views.ts';
import { startOrderReplica } from './order-replicas.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeEach(async () => {
  system = await startOrderSystem();
});
afterEach(() => system.close());

const place = async (itemName: string, price: number) => {
  const { body } = await system.order.http.post('/orders').send({ itemName, quantity: 2, price }).expect(201);
  return body as { id: string; sagaId: string };
};
const readBooks = async (http = system.order.http): Promise<Books> =>
  booksSchema.parse((await http.get('/books').expect(200)).body);
/** The books once they are read anew, after what has just been done. */
const waitForBooks = (isThere: (books: Books) => boolean, http = system.order.http) =>
  waitUntil('the books say so', async () => {
    const books = await readBooks(http);
    return isThere(books) && books;
  });

test('the books of a fresh system are there, and empty', async () => {
  const books = await readBooks();
  expect(books).toMatchObject({
    orders: { PENDING: 0, COMPLETED: 0, CANCELLED: 0 },
    completed: 0,
    payment: { reachable: true, charged: 0, refunded: 0 },
    lastAudit: null,
  });
  expect(books.inventory.products.find(({ id }) => id === 'unicorn')).toEqual({
    id: 'unicorn',
    available: 0,
    stocked: 0,
    reserved: 0,
  });
});

test('they tell what each service has', async () => {
  await place('apple', 10.5);
  await place('pear', 0.01);
  await place('unicorn', 3);
  const books = await waitForBooks(({ orders }) => orders.CANCELLED === 1);
  expect(books).toMatchObject({
    orders: { PENDING: 0, COMPLETED: 2, CANCELLED: 1 },
    completed: 21.02,
    sagas: { STARTED: 0, COMPLETED: 2, COMPENSATING: 0, COMPENSATED: 1, COMPENSATION_STUCK: 0, RESOLVED: 0 },
    payment: { reachable: true, charged: 27.02, refunded: 6 },
  });
  const apple = books.inventory.products.find(({ id }) => id === 'apple');
  expect(apple).toMatchObject({ reserved: 2, available: (apple?.stocked ?? 0) - 2 });
});

test('a participant that is away is named, and the rest is told', async () => {
  await place('apple', 5);
  system.toPayment.intercept = (_request, response) => {
    response.destroy();
    return true;
  };
  const books = await waitForBooks(({ payment }) => !payment.reachable);
  expect(books).toMatchObject({
    orders: { COMPLETED: 1 },
    payment: { reachable: false, charged: null, refunded: null },
    inventory: { reachable: true },
  });
  system.toPayment.intercept = () => false;
  system.toInventory.intercept = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"products":"none"}');
    return true;
  };
  expect(await waitForBooks(({ inventory }) => !inventory.reachable)).toMatchObject({
    payment: { reachable: true, charged: 10, refunded: 0 },
    inventory: { reachable: false, products: [] },
  });
});

test('one that does not answer holds them up for a second', async () => {
  system.toPayment.intercept = () => true;
  const startedAtMs = performance.now();
  expect((await readBooks()).payment.reachable).toBe(false);
  expect(performance.now() - startedAtMs).toBeLessThan(2_500);
});

test('what the others have goes on to be told while one does not answer', async () => {
  system.toPayment.intercept = ({ url }) => url === '/payments/totals';
  const { orders } = await waitForBooks(({ payment }) => !payment.reachable);
  await system.order.http.post('/orders').send({ itemName: 'apple', quantity: 1, price: 1 }).expect(201);
  const startedAtMs = performance.now();
  await waitForBooks((books) => books.orders.COMPLETED > orders.COMPLETED);
  expect(performance.now() - startedAtMs).toBeLessThan(4_000);
});

test('however many ask, the participants are asked twice a second at most', async () => {
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let asked = 0; asked < 10; asked += 1) await readBooks();
    }),
  );
  const readings = system.toPayment.seen.filter(({ path }) => path === '/payments/totals').length;
  expect(readings).toBeGreaterThan(0);
  expect(readings).toBeLessThanOrEqual(1 + (performance.now() - startedAtMs) / 500);
});

test('the verdict of an audit is told by every process, the latest one', async () => {
  const databaseUrl = await freshDatabase();
  const replicas = await Promise.all([0, 1].map(() => startOrderReplica(system, databaseUrl)));
  const [here, there] = replicas.map(({ url }) => supertest(url)) as [
    typeof system.order.http,
    typeof system.order.http,
  ];
  await here.post('/orders').send({ itemName: 'apple', quantity: 1, price: 1 }).expect(201);
  const { body: first } = await here.get('/audit').expect(200);
  const { startedAt, durationMs, clean, quiet, inFlight, stuckCount, discrepancyCount } = first;
  expect(first.clean).toBe(true);
  const verdict = { startedAt, durationMs, clean, quiet, inFlight, stuckCount, discrepancyCount };
  expect((await waitForBooks(({ lastAudit }) => lastAudit !== null, there)).lastAudit).toEqual(verdict);

  await system.payment.sql`UPDATE payments SET amount_cents = amount_cents + 1`;
  const { body: second } = await there.get('/audit').expect(200);
  expect(second.clean).toBe(false);
  const seen = await waitForBooks(({ lastAudit }) => lastAudit?.startedAt === second.startedAt, here);
  expect(seen.lastAudit).toMatchObject({ clean: false, discrepancyCount: second.discrepancyCount });
  await Promise.all(replicas.map((replica) => replica.close()));
});

test('a verdict that cannot be kept is told all the same, and one that is older does not replace a newer', async () => {
  const { sql, http } = system.order;
  await sql`INSERT INTO audit_verdicts VALUES (1, now() + interval '1 hour', 1, true, 0, 0, 7)`;
  await http.get('/audit').expect(200);
  expect((await readBooks()).lastAudit?.discrepancyCount).toBe(7);
  await sql`ALTER TABLE audit_verdicts RENAME TO hidden`;
  const { body } = await http.get('/audit').expect(200);
  expect(body.clean).toBe(true);
  await sql`ALTER TABLE hidden RENAME TO audit_verdicts`;
});

describe('GET /sagas/{id}/rows', () => {
  const rows = async (sagaId: string) => (await system.order.http.get(`/sagas/${sagaId}/rows`).expect(200)).body;

  test('gives both rows as the participants show them', async () => {
    const { sagaId } = await place('apple', 5);
    const { body: payment } = await system.payment.http.get(`/payments/${sagaId}`).expect(200);
    const { body: reservation } = await system.inventory.http.get(`/inventory/${sagaId}`).expect(200);
    expect(await rows(sagaId)).toEqual({
      payment: { reachable: true, row: payment },
      inventory: { reachable: true, row: reservation },
    });
    expect([payment.status, reservation.status]).toEqual(['CHARGED', 'RESERVED']);
  });

  test('a step that was refused has one that bars it', async () => {
    const { sagaId } = await place('unicorn', 5);
    const { payment, inventory } = await rows(sagaId);
    expect([payment.row.status, inventory.row.status]).toEqual(['REFUNDED', 'VOIDED']);
  });

  test('a step that was never called has none', async () => {
    const { sagaId } = await place('apple', 9999 / 2);
    const { payment, inventory } = await rows(sagaId);
    expect(payment.row.status).toBe('VOIDED');
    expect(inventory).toEqual({ reachable: true, row: null });
  });

  test('a participant that is away has none that could be told', async () => {
    const { sagaId } = await place('apple', 5);
    system.toInventory.intercept = (_request, response) => {
      response.destroy();
      return true;
    };
    const { payment, inventory } = await rows(sagaId);
    expect(payment.reachable).toBe(true);
    expect(inventory).toEqual({ reachable: false, row: null });
  });

  test('a saga that there is not, or that is none, is a problem', async () => {
    const { http } = system.order;
    expectProblem(await http.get('/sagas/01890000-0000-7000-8000-000000000000/rows'), 404, 'saga-not-found');
    expectProblem(await http.get('/sagas/42/rows'), 400, 'validation-failed');
  });
});

test('orders and sagas in them are of one moment, whatever goes on', async () => {
  const { db, close } = openDatabase(system.order.databaseUrl, 2);
  const participants = createParticipantViews(system.payment.url, system.inventory.url);
  let ordering = true;
  const orders = Promise.all(Array.from({ length: 60 }, () => place('apple', 1))).finally(() => {
    ordering = false;
  });
  let looks = 0;
  for (; ordering; looks += 1) {
    // A new one reads anew.
    const books = await createBooksReader({ db, verdicts: createAuditVerdictStore(db), participants })();
    const { COMPLETED, ...open } = books.orders;
    expect([COMPLETED, open.PENDING]).toEqual([books.sagas.COMPLETED, books.sagas.STARTED]);
  }
  await orders;
  expect(looks).toBeGreaterThan(3);
  await close();
});

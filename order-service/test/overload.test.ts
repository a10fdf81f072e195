import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

const lamp = { itemName: 'lamp', quantity: 1, price: 10 };
const orderMany = (system: OrderSystem, count: number) =>
  Promise.all(Array.from({ length: count }, () => system.order.http.post('/orders').send(lamp)));
const countRows = async ({ order: { sql } }: OrderSystem) => {
  const [rows] =
    await sql`SELECT (SELECT count(*) FROM orders)::int AS orders, (SELECT count(*) FROM sagas)::int AS sagas`;
  return rows;
};
/** Or a batch, which may also be of refunds: they are repeated by themselves. */
const isCharge = (url = '') => url === '/payments/charge' || url === '/payments/batch';
const withSystem = async (env: Record<string, string>, story: (system: OrderSystem) => Promise<void>) => {
  const system = await startOrderSystem(env);
  await story(system).finally(system.close);
};

test('promise 10: beyond the sagas that may be in flight, orders get a 503 with Retry-After and no row', () =>
  withSystem({ MAX_SAGAS_IN_FLIGHT: '5' }, async (system) => {
    const held: (() => void)[] = [];
    system.toPayment.intercept = (_request, response) => {
      held.push(() => response.writeHead(500).end());
      return true;
    };
    const answers = orderMany(system, 20);
    while ((await countRows(system))?.['sagas'] < 5);
    const refused = await system.order.http.post('/orders').send(lamp);
    expectProblem(refused, 503, 'overloaded');
    expect(refused.headers['retry-after']).toBe('1');
    expect(await countRows(system)).toEqual({ orders: 5, sagas: 5 });
    system.toPayment.intercept = () => false;
    for (const answer of held) answer();
    const statuses = (await answers).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(5);
    expect(statuses.filter((status) => status === 503)).toHaveLength(15);
    expect(await countRows(system)).toEqual({ orders: 5, sagas: 5 });
  }));

test('with one database connection for all, a hundred orders at once still complete', () =>
  withSystem({ DATABASE_CONNECTIONS: '1' }, async (system) => {
    const answers = await orderMany(system, 100);
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(100).fill([201, 'COMPLETED']));
    const used = await system.order.sql`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    // That, and the two that tell and hear of changes.
    expect(used.length).toBe(3);
  }));

test('a participant that stays down is soon not asked any more, and nothing has to be compensated', () =>
  withSystem({ BREAKER_REST_MS: '60000', BREAKER_WINDOW_MS: '600000', ACTION_ATTEMPTS: '1' }, async (system) => {
    system.toPayment.intercept = ({ url }, response) => {
      if (!isCharge(url)) return false;
      response.destroy();
      return true;
    };
    for (let order = 0; order < 20; order += 1) {
      const [answer] = await orderMany(system, 1);
      expect(answer?.body.failure.outcome).toBe('unknown');
    }
    const sent = system.toPayment.seen.length;
    const { body } = await system.order.http.post('/orders').send(lamp).expect(201);
    expect(body).toMatchObject({ status: 'CANCELLED', sagaStatus: 'COMPENSATED', failure: { outcome: 'not-sent' } });
    expect(body.failure.reason).toContain('not sent');
    expect(system.toPayment.seen).toHaveLength(sent);
    const saga = await system.order.http.get(`/sagas/${body.sagaId}`);
    expect(saga.body.steps[0]).toMatchObject({ status: 'NOT_SENT', attempts: 1, compensationAttempts: 0 });
  }));

test('an open circuit holds no compensation back', () =>
  withSystem({ BREAKER_REST_MS: '60000', BREAKER_WINDOW_MS: '600000', ACTION_ATTEMPTS: '1' }, async (system) => {
    const refunds = () => system.toPayment.seen.filter(({ path }) => path === '/payments/refund').length;
    system.toPayment.intercept = ({ url }, response) => {
      if (isCharge(url)) response.destroy();
      return isCharge(url);
    };
    // One by one: of calls that go together a request that fails counts once, and how many do depends on the machine.
    for (let order = 0; order < 25; order += 1) await orderMany(system, 1);
    const { body } = await system.order.http.post('/orders').send(lamp).expect(201);
    expect(body.failure.reason).toContain('not sent');
    expect(refunds()).toBeGreaterThanOrEqual(20);
    const { items } = (await system.order.http.get('/orders?limit=100')).body;
    expect(new Set(items.map(({ sagaStatus }: { sagaStatus: string }) => sagaStatus))).toEqual(
      new Set(['COMPENSATED']),
    );
  }));

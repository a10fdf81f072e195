import { newId } from 'service-kit/ids';
import { type Exposition, readMetrics } from '../../service-kit/test/exposition.ts';
import { startWebhook, type Webhook } from './alert-webhook.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

const lamp = { itemName: 'lamp', quantity: 1, price: 10 };
let webhook: Webhook;
let system: OrderSystem;
let before: Exposition;
beforeAll(async () => {
  webhook = await startWebhook();
  system = await startOrderSystem({
    COMPENSATION_ATTEMPTS: '3',
    RECOVERY_INTERVAL_MS: '20',
    LONGEST_PAUSE_MS: '20',
    ALERT_WEBHOOK_URL: webhook.url,
  });
});
afterAll(async () => {
  await system.close();
  await webhook.close();
});
beforeEach(async () => {
  system.toPayment.intercept = () => false;
  before = await readMetrics(system.order.url);
});

/** Payment answers the next `times` calls of this path with the status. */
function failPayment(path: string, status: number, times: number): void {
  let left = times;
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== path || left === 0) return false;
    left -= 1;
    response.writeHead(status).end();
    return true;
  };
}

const place = async (order: object) => (await system.order.http.post('/orders').send(order).expect(201)).body;

/** By how much the sum of these samples grew in this test. */
async function growth(name: string, labels: Record<string, string> = {}): Promise<number> {
  const after = await readMetrics(system.order.url);
  return (after.sum(name, labels) ?? Number.NaN) - (before.sum(name, labels) ?? 0);
}

/** A gauge of the database, once it says this: a reading is good for half a second, one that was slow for longer. */
async function expectSoon(name: string, labels: Record<string, string>, value: number | undefined): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; ; ) {
    const found = (await readMetrics(system.order.url)).sum(name, labels);
    if (found === value || Date.now() > giveUpAt) return expect(found).toBe(value);
  }
}

test('a saga that completes is begun and ended, and each of its steps timed', async () => {
  await place(lamp);
  expect(await growth('sagas_begun_total')).toBe(1);
  expect(await growth('sagas_ended_total', { status: 'COMPLETED' })).toBe(1);
  expect(await growth('sagas_ended_total')).toBe(1);
  for (const step of ['payment', 'inventory']) {
    const labels = { step, direction: 'action', outcome: 'succeeded' };
    expect(await growth('saga_step_duration_seconds_count', labels)).toBe(1);
  }
  expect(await growth('saga_step_retries_total')).toBe(0);
  expect(await growth('saga_claims_total')).toBe(0);
});

test('durations are in seconds', async () => {
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/charge') return false;
    setTimeout(() => response.writeHead(500).end(), 300);
    return true;
  };
  await place(lamp);
  const labels = { step: 'payment', direction: 'action', outcome: 'unknown' };
  expect(await growth('saga_step_duration_seconds_sum', labels)).toBeGreaterThanOrEqual(0.3);
  expect(await growth('saga_step_duration_seconds_sum', labels)).toBeLessThan(2);
});

test('an action is retried, and why the saga turns back is told', async () => {
  failPayment('/payments/charge', 503, 3);
  await place(lamp);
  expect(await growth('saga_step_retries_total', { step: 'payment', direction: 'action' })).toBe(2);
  expect(await growth('sagas_turned_back_total', { step: 'payment', cause: 'unknown' })).toBe(1);
  await place({ ...lamp, itemName: 'unicorn' });
  expect(await growth('sagas_turned_back_total', { step: 'inventory', cause: 'rejected' })).toBe(1);
  expect(await growth('sagas_turned_back_total')).toBe(2);
  expect(await growth('sagas_ended_total', { status: 'COMPENSATED' })).toBe(2);
});

test('a compensation that fails twice and then succeeds is two failures and one compensation', async () => {
  failPayment('/payments/refund', 503, 2);
  await place({ ...lamp, itemName: 'unicorn' });
  expect(await growth('saga_compensation_failures_total', { step: 'payment' })).toBe(2);
  expect(await growth('saga_compensations_total', { step: 'payment' })).toBe(1);
  expect(await growth('saga_step_retries_total', { step: 'payment', direction: 'compensation' })).toBe(2);
  expect(await growth('sagas_ended_total')).toBe(1);
});

test('a stuck saga shows in the gauge until it is retried or resolved', async () => {
  const stuck = { status: 'COMPENSATION_STUCK' };
  failPayment('/payments/refund', 503, 6);
  const first = await place({ ...lamp, itemName: 'unicorn' });
  const second = await place({ ...lamp, itemName: 'unicorn' });
  expect([first.sagaStatus, second.sagaStatus]).toEqual([stuck.status, stuck.status]);
  expect(await growth('sagas_ended_total', stuck)).toBe(2);
  await expectSoon('sagas', stuck, 2);

  await system.order.http.post(`/sagas/${first.sagaId}/retry`).expect(202);
  await expectSoon('sagas', stuck, 1);
  const resolution = { reason: 'paid back in cash', by: 'eva' };
  await system.order.http.post(`/sagas/${second.sagaId}/resolve`).send(resolution).expect(200);
  await expectSoon('sagas', stuck, 0);
  await expectSoon('sagas', { status: 'RESOLVED' }, 1);
  expect(await growth('sagas_ended_total', { status: 'COMPENSATED' })).toBe(1);
  expect(await growth('sagas_ended_total', { status: 'RESOLVED' })).toBe(1);
  expect(await growth('saga_alerts_total', { result: 'delivered' })).toBe(2);
});

test('the gauges are what the database says', async () => {
  const rows = await system.order.sql`SELECT status, count(*)::int FROM sagas GROUP BY status`;
  const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  for (const status of ['STARTED', 'COMPLETED', 'COMPENSATING', 'COMPENSATED', 'COMPENSATION_STUCK', 'RESOLVED']) {
    await expectSoon('sagas', { status }, counts[status] ?? 0);
  }
});

/** A saga that was begun a minute ago, and whose driver died. */
async function leaveSaga(): Promise<string> {
  const [orderId, sagaId] = [newId(), newId()];
  const input = { orderId, itemName: 'lamp', quantity: 1, amountCents: 1000, failPayment: false, failInventory: false };
  await system.order.sql`
    WITH saga AS (
      INSERT INTO sagas (id, input, lease_until, created_at)
      VALUES (${sagaId}, ${system.order.sql.json(input)}, now(), now() - interval '20 seconds')
    ), placed AS (
      INSERT INTO orders (id, saga_id, item_name, quantity, amount_cents) VALUES (${orderId}, ${sagaId}, 'lamp', 1, 1000)
    )
    INSERT INTO saga_events (saga_id, seq, type, steps) VALUES (${sagaId}, 1, 'begun', '{payment,inventory}')`;
  return sagaId;
}

test('while a saga is taken over it is in flight, and the oldest unfinished one is as old as it is', async () => {
  let letGo = () => {};
  const called = new Promise<void>((resolve) => {
    system.toPayment.intercept = (_request, response) => {
      letGo = () => void response.writeHead(500).end();
      resolve();
      return true;
    };
  });
  expect(before.sum('saga_oldest_unfinished_age_seconds')).toBe(0);
  await leaveSaga();
  await called;
  expect(await growth('saga_claims_total', { reason: 'takeover' })).toBe(1);
  expect(await growth('saga_claims_total', { reason: 'due' })).toBe(0);
  await expectSoon('sagas', { status: 'STARTED' }, 1);
  const { sum } = await readMetrics(system.order.url);
  expect(sum('saga_oldest_unfinished_age_seconds')).toBeGreaterThanOrEqual(20);
  expect(sum('saga_oldest_unfinished_age_seconds')).toBeLessThan(30);
  expect([sum('sagas_in_flight'), sum('sagas_in_flight_limit')]).toEqual([1, 300]);
  system.toPayment.intercept = () => false;
  letGo();
  await expectSoon('saga_oldest_unfinished_age_seconds', {}, 0);
  await expectSoon('sagas_in_flight', {}, 0);
});

test('a saga that waits out a long pause is claimed when it is due, which is no takeover', async () => {
  let asked = 0;
  system.toPayment.intercept = ({ url }, response) => {
    if (url !== '/payments/refund') return false;
    asked += 1;
    if (asked > 1) return false;
    response.writeHead(503, { 'retry-after': '1' }).end();
    return true;
  };
  await place({ ...lamp, itemName: 'unicorn' });
  expect(await growth('saga_claims_total', { reason: 'due' })).toBe(1);
  expect(await growth('saga_claims_total', { reason: 'takeover' })).toBe(0);
});

test('a driver that lost its lease, and a log that no run can have written, are counted', async () => {
  let letGo = () => {};
  const called = new Promise<void>((resolve) => {
    system.toPayment.intercept = (_request, response) => {
      letGo = () => void response.writeHead(500).end();
      resolve();
      return true;
    };
  });
  const placed = await system.order.http.post('/orders').set('prefer', 'respond-async').send(lamp).expect(202);
  await called;
  // As another process does that claims it and writes what makes no sense.
  const { sagaId } = placed.body;
  await system.order.sql`
    WITH taken AS (UPDATE sagas SET fencing_token = 7, last_seq = 3, lease_until = now() + interval '1 s' WHERE id = ${sagaId})
    INSERT INTO saga_events (saga_id, seq, type) VALUES (${sagaId}, 3, 'parked')`;
  letGo();
  await expectSoon('saga_drops_total', { reason: 'lease-lost' }, 1);
  await expectSoon('saga_drops_total', { reason: 'illegal-log' }, 1);
  expect(await growth('saga_drops_total', { reason: 'error' })).toBe(0);
});

test('a circuit that opens shows, and what it holds back is told from what is slow', async () => {
  const outage = await startOrderSystem({ BREAKER_CALLS: '3', BREAKER_REST_MS: '60000', ACTION_ATTEMPTS: '1' });
  outage.toPayment.intercept = ({ url }, response) => {
    if (url === '/payments/charge') response.destroy();
    return url === '/payments/charge';
  };
  for (let i = 0; i < 4; i += 1) await outage.order.http.post('/orders').send(lamp).expect(201);
  const { sum } = await readMetrics(outage.order.url);
  expect(sum('participant_circuit_open', { participant: 'payment' })).toBe(1);
  expect(sum('participant_circuit_open', { participant: 'inventory' })).toBe(0);
  expect(sum('saga_step_duration_seconds_count', { step: 'payment', outcome: 'not-sent' })).toBe(1);
  expect(sum('saga_step_duration_seconds_count', { direction: 'action', outcome: 'unknown' })).toBe(3);
  expect(sum('sagas_turned_back_total', { step: 'payment', cause: 'not-sent' })).toBe(1);
  await outage.close();
});

test('a webhook that cannot be reached is counted', async () => {
  const unheard = await startOrderSystem({ SAGA_DEADLINE_MS: '0', ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/' });
  await unheard.order.http.post('/orders').send(lamp).expect(201);
  while ((await readMetrics(unheard.order.url)).sum('saga_alerts_total', { result: 'failed' }) !== 1);
  const { sum } = await readMetrics(unheard.order.url);
  expect(sum('sagas_turned_back_total', { step: 'payment', cause: 'deadline' })).toBe(1);
  await unheard.close();
});

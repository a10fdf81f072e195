import { newId } from 'service-kit/ids';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { type AuditedSystem, startAuditedSystem } from './audit-system.ts';

let system: AuditedSystem;
const sagaIds: string[] = [];
beforeAll(async () => {
  system = await startAuditedSystem();
  for (let count = 0; count < 3; count += 1) {
    const order = { itemName: 'apple', quantity: 1, price: 1 };
    sagaIds.push((await system.order.http.post('/orders').send(order).expect(201)).body.sagaId);
  }
});
afterAll(() => system.close());
beforeEach(() => {
  system.toPayment.intercept = () => false;
  system.toInventory.intercept = () => false;
  system.toPayment.seen.length = 0;
});

/** Has payment-service answer this to every request whose path starts so. */
function answerPayments(path: string, status: number, body: unknown): void {
  system.toPayment.intercept = ({ url }, response) => {
    if (!url?.startsWith(path)) return false;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
}

const payment = (sagaId: string) => ({ sagaId, status: 'CHARGED', amount: 1, createdAt: new Date().toISOString() });

test('what is in order is looked at once', async () => {
  expect(await system.audit()).toMatchObject({ clean: true, quiet: true, totals: { orders: { COMPLETED: 3 } } });
  expect(system.toPayment.seen.map(({ path }) => path)).toEqual([
    '/payments/totals',
    '/payments?limit=1000',
    '/payments/totals',
  ]);
});

test('what only seemed wrong while the lists were read is not reported', async () => {
  answerPayments('/payments?', 200, { items: [], nextCursor: null });
  expect(await system.audit()).toMatchObject({ clean: true, quiet: true });
  const again = system.toPayment.seen.map(({ path }) => path);
  for (const sagaId of sagaIds) expect(again).toContain(`/payments/${sagaId}`);
});

test('what is wrong on the second look, too, is reported', async () => {
  const stranger = { ...payment(newId()), createdAt: '2020-01-01T00:00:00.000Z' };
  const page = { items: [...sagaIds.map(payment), stranger], nextCursor: null };
  answerPayments('/payments?', 200, page);
  expect(await system.audit()).toMatchObject({ clean: true, orphanCount: 0 });
  system.toPayment.intercept = ({ url = '' }, response) => {
    const isList = url.startsWith('/payments?');
    if (!isList && !url.endsWith(stranger.sagaId)) return false;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isList ? page : stranger));
    return true;
  };
  const discrepancies = [{ sagaId: stranger.sagaId, problem: 'payment-orphaned' }];
  expect(await system.audit()).toMatchObject({ clean: false, discrepancies });
});

test('the pages of a participant are followed to the last', async () => {
  const [first, ...others] = sagaIds as [string];
  system.toPayment.intercept = ({ url = '' }, response) => {
    if (!url.startsWith('/payments?')) return false;
    const more = !url.includes('cursor');
    const items = more ? [payment(first)] : others.map(payment);
    const page = { items, nextCursor: more ? first : null };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
    return true;
  };
  await system.audit();
  const paths = system.toPayment.seen.map(({ path }) => path);
  expect(paths).toContain(`/payments?limit=1000&cursor=${first}`);
  expect(paths).not.toContain(`/payments/${first}`);
});

test('those who ask while an audit runs share it', async () => {
  const audits = await Promise.all(Array.from({ length: 5 }, () => system.audit()));
  expect(new Set(audits.map(({ startedAt }) => startedAt)).size).toBe(1);
  expect(system.toPayment.seen.filter(({ path }) => path.startsWith('/payments?'))).toHaveLength(1);
  const { startedAt } = await system.audit();
  expect(startedAt > (audits[0]?.startedAt ?? '')).toBe(true);
});

test('the request id travels to the participants', async () => {
  await system.auditor.get('/audit').set('x-request-id', 'audit-7').expect(200);
  expect(new Set(system.toPayment.seen.map(({ requestId }) => requestId))).toEqual(new Set(['audit-7']));
});

describe('a participant that cannot be asked makes no audit', () => {
  const expectIncomplete = async (detail: RegExp) => {
    const response = await system.auditor.get('/audit');
    expect(expectProblem(response, 503, 'audit-incomplete').detail).toMatch(detail);
    expect(response.headers['retry-after']).toBe('5');
  };

  test.each(['toPayment', 'toInventory'] as const)('%s is down', async (participant) => {
    system[participant].intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    await expectIncomplete(participant === 'toPayment' ? /^payment-service: / : /^inventory-service: /);
  });

  test.each<[what: string, path: string, status: number, body: () => unknown, detail: RegExp]>([
    ['its list fails', '/payments?', 500, () => ({}), /HTTP 500/],
    ['its totals fail', '/payments/totals', 503, () => ({}), /HTTP 503/],
    ['its list is unknown', '/payments?', 404, () => ({}), /HTTP 404/],
    ['its list is HTML', '/payments?', 200, () => '<html>', /contract/],
    ['a status is new', '/payments?', 200, () => ({ items: [{ ...payment(newId()), status: 'LOST' }] }), /status/],
    ['its totals are text', '/payments/totals', 200, () => ({ charged: '1', refunded: 0 }), /charged/],
    [
      'its list is not in order',
      '/payments?',
      200,
      () => ({ items: sagaIds.toReversed().map(payment), nextCursor: null }),
      /not in order/,
    ],
    [
      'its list repeats a page',
      '/payments?',
      200,
      () => ({ items: sagaIds.map(payment), nextCursor: sagaIds.at(-1) }),
      /not in order/,
    ],
    ['its list never ends', '/payments?', 200, () => ({ items: [], nextCursor: newId() }), /not end/],
  ])('%s', async (_what, path, status, body, detail) => {
    answerPayments(path, status, body());
    await expectIncomplete(detail);
  });

  test('a suspect of which it does not say clearly that it knows nothing', async () => {
    system.toPayment.intercept = ({ url = '' }, response) => {
      if (url.startsWith('/payments/totals')) return false;
      response.writeHead(url.startsWith('/payments?') ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items: [], nextCursor: null }));
      return true;
    };
    await expectIncomplete(/HTTP 404/);
  });

  test('the next audit is a new one', async () => {
    expect(await system.audit()).toMatchObject({ clean: true });
  });
});

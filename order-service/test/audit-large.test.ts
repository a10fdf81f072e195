import { newId } from 'service-kit/ids';
import { waitUntil } from 'stack/wait-until';
import { type AuditedSystem, startAuditedSystem } from './audit-system.ts';

let system: AuditedSystem;
beforeAll(async () => {
  system = await startAuditedSystem();
  await system.inventory.sql`
    INSERT INTO products (id, available, stocked) SELECT 'product ' || n, n, n FROM generate_series(1, 2500) n`;
});
afterAll(() => system.close());
beforeEach(() => {
  for (const forwarder of [system.toPayment, system.toInventory]) {
    forwarder.intercept = () => false;
    forwarder.seen.length = 0;
  }
});

const listsOfProducts = () =>
  system.toInventory.seen.map(({ path }) => path).filter((path) => path.startsWith('/inventory/totals/products?'));

/** Reserves what takes nothing from the stock, in a saga that nobody drives. */
async function loseStock(...productIds: string[]): Promise<void> {
  for (const id of productIds) {
    await system.inventory.sql`
      INSERT INTO reservations (saga_id, status, product_id, quantity, reservation_id)
      VALUES (${newId()}, 'RESERVED', ${id}, 1, gen_random_uuid())`;
  }
}

describe('a big catalogue', () => {
  afterEach(() => system.inventory.sql`TRUNCATE reservations`);

  test('is read by the page', async () => {
    expect(await system.audit()).toMatchObject({ clean: true, quiet: true });
    expect(listsOfProducts()).toHaveLength(3);
  });

  test('has its lost stock found on every page', async () => {
    await loseStock('apple', 'product 1500', 'product 999');
    const { discrepancies } = await system.audit();
    const lost = discrepancies.filter(({ problem }) => problem === 'stock-not-conserved');
    expect(lost.map(({ detail }) => detail.split(':')[0])).toEqual(['apple', 'product 1500', 'product 999']);
  });

  test('has no stock lost that only seemed so at the first look', async () => {
    system.toInventory.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/inventory/totals/products?') || listsOfProducts().length > 1) return false;
      const wrong = { id: 'apple', available: 1, stocked: 3, reserved: 1 };
      const next = Buffer.from('product 2').toString('hex');
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items: [wrong], nextCursor: next }));
      return true;
    };
    expect(await system.audit()).toMatchObject({ clean: true });
    const [first, second] = listsOfProducts();
    expect(second).toBe(first);
  });

  test('that never ends is no answer', async () => {
    system.toInventory.intercept = ({ url = '' }, response) => {
      if (!url.startsWith('/inventory/totals/products?')) return false;
      const items = [{ id: 'apple', available: 1, stocked: 1, reserved: 0 }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items, nextCursor: '61' }));
      return true;
    };
    const { body } = await system.auditor.get('/audit').expect(503);
    expect(body.detail).toContain('does not end');
  });

  test('shows its first products in the books, and how many there are', async () => {
    const { body } = await system.order.http.get('/books').expect(200);
    const [{ count }] = (await system.inventory.sql`SELECT count(*)::int FROM products`) as unknown as [
      { count: number },
    ];
    expect(body.inventory).toMatchObject({ reachable: true, productCount: count });
    expect(body.inventory.products).toHaveLength(50);
    expect(body.inventory.products[0].id).toBe('apple');
  });
});

describe('many discrepancies', () => {
  const charged = 150;
  beforeAll(async () => {
    await system.payment.sql`
      INSERT INTO payments (saga_id, status, order_id, amount_cents, receipt_id, created_at)
      SELECT gen_random_uuid(), 'CHARGED', 'nobody', 100, gen_random_uuid(), now() - interval '1 hour'
      FROM generate_series(1, ${charged})`;
  });
  afterAll(() => system.payment.sql`TRUNCATE payments`);

  test('are all counted, the first hundred named, and looked at again some at a time', async () => {
    let [now, most] = [0, 0];
    system.toPayment.intercept = ({ url = '' }, response) => {
      if (!/^\/payments\/[\da-f]{8}-/.test(url)) return false;
      now += 1;
      most = Math.max(most, now);
      response.once('close', () => {
        now -= 1;
      });
      return false;
    };
    const { discrepancyCount, discrepancies, orphanCount, orphans } = await system.audit();
    expect([discrepancyCount, orphanCount]).toEqual([charged + 1, charged]);
    expect([discrepancies.length, orphans.length]).toEqual([100, 100]);
    const named = orphans.map(({ sagaId }) => sagaId);
    expect(named).toEqual([...new Set(named)].sort());
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(20);
  });
});

test('an audit that took long is handed out again, and not for ever', async () => {
  const slow = await startAuditedSystem({ AUDIT_QUICK_MS: '100' });
  // Longer than quick: the participant is busy.
  let isBusy = true;
  slow.toPayment.intercept = ({ url }, response) => {
    if (!isBusy || url !== '/payments/totals') return false;
    const end = () => response.writeHead(200).end('{"charged":0,"refunded":0}');
    setTimeout(end, 400);
    return true;
  };
  const first = await slow.audit();
  isBusy = false;
  expect(await slow.audit()).toEqual(first);
  expect(slow.toPayment.seen.filter(({ path }) => path === '/payments/totals')).toHaveLength(2);
  const next = await waitUntil('another audit is made', async () => {
    const audit = await slow.audit();
    return audit.startedAt !== first.startedAt && audit;
  });
  expect(Date.parse(next.startedAt) - Date.parse(first.startedAt)).toBeGreaterThanOrEqual(3 * 800);
  await slow.close();
});

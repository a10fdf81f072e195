import { requireCleanAudit } from '../clean-audit.ts';
import type { ComposeStack } from './compose-stack.ts';

const files = ['-f', 'docker-compose.yml', '-f', 'docker-compose.tls.yml'];

/** The databases over TLS, on the volumes that were there before. */
export function encryptDatabases(stack: () => ComposeStack): void {
  const compose = (...args: string[]) => stack().compose(...files, ...args);
  beforeAll(() => compose('up', '--detach', '--wait', '--no-build'));
  afterAll(() => compose('down', '--volumes', '--timeout', '0'));

  test('orders complete, and every session of a service is encrypted', async () => {
    const order = { itemName: 'apple', quantity: 1, price: 10 };
    expect(await stack().client.placeOrder(order)).toMatchObject({ status: 'COMPLETED' });
    for (const name of ['order', 'payment', 'inventory']) {
      const query = `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL`;
      const sessions = await compose(
        'exec',
        '-T',
        `db-${name}`,
        'psql',
        '--user',
        name,
        '--tuples-only',
        '--no-align',
        '--command',
        query,
      );
      expect(new Set(sessions.trim().split('\n'))).toEqual(new Set(['t']));
    }
    await requireCleanAudit(stack().services.order.url);
  });
}

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from './postgres-programs.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare global {
  var testPostgres: { folder: string; server: PostgresServer };
}

/** One Postgres for all test files; each makes databases of its own on it with `freshDatabase`. */
export default async function startTestPostgres(): Promise<void> {
  const folder = mkdtempSync(join(workFolder(), 'test-'));
  const server = await startPostgres(folder, { durable: false });
  process.env['TEST_POSTGRES_URL'] = server.url('postgres');
  globalThis.testPostgres = { folder, server };
}

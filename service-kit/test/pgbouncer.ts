import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from 'stack/free-port';
import { makeFolder, postgresUser } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import { openDatabase } from '../src/database.ts';

/** Debian's program; undefined where it is not installed. */
export function findPgbouncer(): string | undefined {
  return ['/usr/sbin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find((path) =>
    existsSync(path),
  );
}

export interface Pgbouncer {
  /** The URL with the pooler in place of Postgres. */
  reach(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** A pgbouncer before the tests' Postgres, which lends a session for a transaction at a time. */
export async function startPgbouncer(settings: Record<string, string> = {}): Promise<Pgbouncer> {
  const server = new URL(process.env['TEST_POSTGRES_URL'] ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  makeFolder(folder);
  const port = await freePort();
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    auth_type: 'any',
    pool_mode: 'transaction',
    // Few, so that each is lent to many.
    default_pool_size: 5,
    unix_socket_dir: '',
    ...settings,
  };
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    [
      '[databases]',
      `* = host=${server.hostname} port=${server.port} user=${server.username}`,
      '[pgbouncer]',
      ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`),
    ].join('\n'),
  );
  const program = spawn(findPgbouncer() ?? '', ['--quiet', file], { stdio: 'ignore', cwd: '/', ...postgresUser });
  const reach = (databaseUrl: string) => Object.assign(new URL(databaseUrl), { port: String(port) }).href;
  const probe = openDatabase(reach(server.href), 1, { pooler: true });
  await waitUntil('pgbouncer answers', () => probe.check().then(isTrue, isFalse));
  await probe.close();
  return {
    reach,
    async stop() {
      const gone = once(program, 'exit');
      program.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

const isTrue = () => true;
const isFalse = () => false;

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { freePort } from './free-port.ts';
import { installPrograms, makeFolder, postgresUser } from './postgres-programs.ts';

const run = promisify(execFile);

export interface PostgresServer {
  port: number;
  /** The URL of a database on this server. */
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** Ends every connection and stops; the data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port after a stop. */
  start(): Promise<void>;
}

/**
 * Starts a Postgres on a free port of 127.0.0.1, its data in `folder`, made there if the folder is empty.
 * @param durable false gives up the safety of commits for speed: for tests alone
 */
export async function startPostgres(folder: string, { durable }: { durable: boolean }): Promise<PostgresServer> {
  const bin = installPrograms();
  const data = join(folder, 'data');
  makeFolder(folder);
  const program = (name: string, ...args: string[]) =>
    run(join(bin, name), ['-D', data, ...args], { ...postgresUser, cwd: '/', env: { LC_ALL: 'C' } });
  if (!existsSync(join(data, 'PG_VERSION'))) {
    await program('initdb', '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync');
  }
  const port = await freePort();
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200',
    durable ? '' : '-c fsync=off -c synchronous_commit=off -c full_page_writes=off',
  ].join(' ');
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const stop = async () => void (await program('pg_ctl', 'stop', '-m', 'fast', '-w'));
  const start = async () => void (await program('pg_ctl', 'start', '-w', '-l', join(folder, 'log'), '-o', options));
  // One that outlived whoever started it still owns the data.
  await stop().catch(() => {});
  await start();
  return {
    port,
    url,
    stop,
    start,
    async createDatabase(name) {
      const client = postgres(url('postgres'), { max: 1, onnotice: () => {} });
      const [found] = await client`SELECT 1 FROM pg_database WHERE datname = ${name}`;
      if (!found) await client`CREATE DATABASE ${client(name)}`;
      await client.end();
    },
  };
}

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { listChildren } from './child-processes.ts';
import { freePort } from './free-port.ts';
import { installPrograms, makeFolder, postgresUser } from './postgres-programs.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);

export interface PostgresServer {
  port: number;
  /** Its first process, the parent of all others. */
  pid(): number;
  /** The URL of a database on this server. */
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** Ends every connection and stops; the data stay. `immediate` is a crash: the next start recovers. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Kills every process of it, as a loss of power would. It stays down. */
  kill(): Promise<void>;
  /** Starts it again on the same port after a stop or a kill. */
  start(): Promise<void>;
  /** Pauses, or lets go on, every process of it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export interface PostgresOptions {
  /** False gives up the safety of commits for speed: for tests alone. */
  durable: boolean;
  /** More settings of the server. */
  settings?: Record<string, string>;
}

/** Starts a Postgres on a free port of 127.0.0.1, its data in `folder`, made there if the folder is empty. */
export async function startPostgres(
  folder: string,
  { durable, settings = {} }: PostgresOptions,
): Promise<PostgresServer> {
  const bin = installPrograms();
  const data = join(folder, 'data');
  makeFolder(folder);
  const program = (name: string, ...args: string[]) =>
    run(join(bin, name), args, { ...postgresUser, cwd: '/', env: { LC_ALL: 'C' } });
  if (!existsSync(data)) {
    // Renamed into place when it is whole, because whoever makes it may be interrupted.
    const incomplete = `${data}-incomplete`;
    rmSync(incomplete, { recursive: true, force: true });
    const flags = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
    await program('initdb', '-D', incomplete, ...flags);
    renameSync(incomplete, data);
  }
  const port = await freePort();
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200',
    durable ? '' : '-c fsync=off -c synchronous_commit=off -c full_page_writes=off',
    ...Object.entries(settings).map(([key, value]) => `-c ${key}=${value}`),
  ].join(' ');
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const control = (verb: string, ...args: string[]) => program('pg_ctl', verb, '-D', data, '-w', ...args);
  const stop = async (mode = 'fast') => void (await control('stop', '-m', mode));
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const start = async () => {
    const log = join(folder, 'log');
    await control('start', '-l', log, '-o', options).catch(() => {
      throw new Error(`Postgres did not start: see ${log}`);
    });
  };
  // One that outlived whoever started it still owns the data.
  if (await isServing(data)) await stop();
  await start();
  return {
    port,
    pid,
    url,
    stop,
    start,
    signal: (signal) => void signalServer(pid(), signal),
    async kill() {
      const killed = signalServer(pid(), 'SIGKILL');
      await waitUntil('every process of Postgres is gone', async () => !killed.some(isAlive));
    },
    async createDatabase(name) {
      const client = postgres(url('postgres'), { max: 1, onnotice: () => {} });
      const [found] = await client`SELECT 1 FROM pg_database WHERE datname = ${name}`;
      if (!found) await client`CREATE DATABASE ${client(name)}`;
      await client.end();
    },
  };
}

/** Runs one statement on the database of that name, each on a server of its own. Rows as JSON has them. */
export function queryServers<Name extends string>(servers: Record<Name, PostgresServer>) {
  return async (name: Name, sql: string): Promise<unknown[]> => {
    const client = postgres(servers[name].url(name), { max: 1, onnotice: () => {} });
    try {
      const [row] = await client.unsafe(`SELECT coalesce(json_agg(row), '[]') AS rows FROM (${sql}) AS row`);
      return row?.['rows'];
    } finally {
      await client.end();
    }
  };
}

/** Each of its processes leads a group of its own, so that they have to be found by their parent. */
function signalServer(server: number, signal: NodeJS.Signals): number[] {
  // The parent first: once it is paused, it makes no more children.
  process.kill(server, signal);
  const children = listChildren(server);
  for (const child of children) {
    try {
      process.kill(child, signal);
    } catch {
      // It ended meanwhile.
    }
  }
  return [server, ...children];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether a Postgres serves these data; its pid file alone does not say so, for it outlives a crash of the machine. */
async function isServing(data: string): Promise<boolean> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return false;
  const port = Number(readFileSync(pidFile, 'utf8').split('\n')[3]);
  const client = postgres({ host: '127.0.0.1', port, user: 'postgres', max: 1, connect_timeout: 5 });
  try {
    const [found] = await client`SHOW data_directory`;
    return found?.['data_directory'] === data;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

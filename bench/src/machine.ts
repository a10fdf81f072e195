import { cpus, loadavg, totalmem } from 'node:os';
import postgres from 'postgres';
import type { PostgresServer } from 'stack/postgres-server';

/** In a line, what the figures were measured on, and when. */
export async function describeMachine(server: PostgresServer): Promise<string> {
  const client = postgres(server.url('postgres'), { max: 1 });
  const [version] = await client`SHOW server_version`;
  await client.end();
  const cores = cpus();
  return [
    new Date().toISOString().slice(0, 10),
    `${cores.length} cores (${cores[0]?.model})`,
    `${(totalmem() / 2 ** 30).toFixed(0)} GB`,
    `Node ${process.version}`,
    `Postgres ${version?.['server_version']}`,
    `load average before the run ${loadavg()[0]?.toFixed(2)}`,
  ].join(', ');
}

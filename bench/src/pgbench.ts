import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';
import type { PostgresServer } from 'stack/postgres-server';
import { createTables } from './database-tables.ts';
import { median } from './latencies.ts';

/** What Postgres alone could do for so many clients. */
export interface Limit {
  /** Measures the round of this number, unless as many were measured before. Does nothing where there is no pgbench. */
  measureRound(clients: number, number: number): Promise<void>;
  /** The median of the rounds; undefined where there is no pgbench. */
  ordersPerSecond(clients: number): number | undefined;
}

/** More would only wait for each other, and a server takes no more than 200 in all. */
const maxConnections = 64;

/** Runs bench/limit/order.sql on this server. */
export function createLimit(server: PostgresServer, seconds: number, tell: (line: string) => void): Limit {
  const rounds = new Map<number, number[]>();
  const roundsFor = (connections: number) => rounds.get(connections) ?? [];
  let isPrepared = false;
  let isMissing = false;

  return {
    async measureRound(clients, number) {
      const connections = Math.min(clients, maxConnections);
      if (isMissing || roundsFor(connections).length >= number) return;
      if (!isPrepared) await createTables(server, 'limit', join('bench', 'limit', 'tables.sql'));
      isPrepared = true;
      const ordersPerSecond = await runPgbench(server.url('limit'), connections, seconds);
      if (ordersPerSecond === undefined) {
        isMissing = true;
        return tell('there is no pgbench program: the limit is not measured');
      }
      rounds.set(connections, [...roundsFor(connections), ordersPerSecond]);
      tell(`pgbench, ${connections} connections, round ${number}: ${ordersPerSecond.toFixed(0)} orders/s`);
    },
    ordersPerSecond(clients) {
      const measured = roundsFor(Math.min(clients, maxConnections));
      return measured.length > 0 ? median(measured) : undefined;
    },
  };
}

/** Runs of the script a second; undefined where there is no pgbench. */
async function runPgbench(url: string, connections: number, seconds: number): Promise<number | undefined> {
  // A second more, since it says nothing of a time in which it could not even connect.
  const time = String(Math.ceil(seconds) + 1);
  const load = ['--client', String(connections), '--time', time, '--protocol', 'prepared'];
  const script = ['--no-vacuum', '--file', join(repository, 'bench', 'limit', 'order.sql')];
  try {
    const { stdout } = await promisify(execFile)('pgbench', [...load, ...script, url]);
    return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

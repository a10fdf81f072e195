import { join } from 'node:path';
import { makeFolder } from './postgres-programs.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { defineServiceProcess, type ServiceProcess } from './service-process.ts';

export const serviceNames = ['order', 'payment', 'inventory'] as const;
export type ServiceName = (typeof serviceNames)[number];
export type OfEach<T> = Record<ServiceName, T>;

/** The whole system: three Postgres servers and three services, each a process of its own. */
export interface Stack {
  services: OfEach<ServiceProcess>;
  databases: OfEach<PostgresServer>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Where data and logs go. */
  folder: string;
  ports: OfEach<number>;
  /** Whether the services write to this terminal; otherwise each to a file of its own in the folder. */
  toTerminal: boolean;
  durable: boolean;
  /** More environment for the services. */
  env?: Partial<OfEach<Record<string, string>>>;
}

/** Starts the whole system; if a part does not start, stops the rest and throws. */
export async function startStack({ folder, ports, toTerminal, durable, env = {} }: StackOptions): Promise<Stack> {
  const runningServices: ServiceProcess[] = [];
  const runningDatabases: PostgresServer[] = [];
  const stop = async () => {
    for (const service of runningServices.splice(0).reverse()) await service.stop();
    const stopped = await Promise.allSettled(runningDatabases.splice(0).map((database) => database.stop()));
    for (const result of stopped) if (result.status === 'rejected') console.error(`not stopped: ${result.reason}`);
  };
  const startDatabase = async (name: ServiceName) => {
    const server = await startPostgres(join(folder, `db-${name}`), { durable });
    runningDatabases.push(server);
    await server.createDatabase(name);
    return server;
  };
  const startService = async (name: ServiceName, more: Record<string, string>) => {
    const service = defineServiceProcess({
      name: `${name}-service`,
      port: ports[name],
      env: { DATABASE_URL: databases[name].url(name), ...more, ...env[name] },
      logFile: toTerminal ? undefined : join(folder, `${name}-service.log`),
    });
    runningServices.push(service);
    await service.start();
    return service;
  };

  makeFolder(folder);
  let databases: OfEach<PostgresServer>;
  try {
    databases = await ofEach(startDatabase);
    const [payment, inventory] = await Promise.all([startService('payment', {}), startService('inventory', {})]);
    const participants = { PAYMENT_SERVICE_URL: payment.url, INVENTORY_SERVICE_URL: inventory.url };
    const services = { payment, inventory, order: await startService('order', participants) };
    return { services, databases, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ofEach<T>(make: (name: ServiceName) => Promise<T>): Promise<OfEach<T>> {
  const results = await Promise.allSettled(serviceNames.map(make));
  const values = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return Object.fromEntries(serviceNames.map((name, index) => [name, values[index]])) as OfEach<T>;
}

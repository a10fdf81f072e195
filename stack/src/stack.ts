import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { makeFolder } from './postgres-programs.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { defineServiceProcess, type ServiceProcess } from './service-process.ts';

export const participantNames = ['payment', 'inventory'] as const;
export const serviceNames = ['order', ...participantNames] as const;
export type ParticipantName = (typeof participantNames)[number];
export type ServiceName = (typeof serviceNames)[number];
export type OfEach<T> = Record<ServiceName, T>;

export function ofEach<T>(make: (name: ServiceName) => T): OfEach<T> {
  return Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as OfEach<T>;
}

/** The variable that says at which port of this machine a service is to be reached: `ORDER_PORT`. */
export function portVariable(name: ServiceName): string {
  return `${name.toUpperCase()}_PORT`;
}

/** Where order-service finds its participants: `PAYMENT_SERVICE_URL` and so on. */
export function participantUrls(participants: Record<ParticipantName, { url: string }>): Record<string, string> {
  const urls = participantNames.map((name) => [`${name.toUpperCase()}_SERVICE_URL`, participants[name].url]);
  return Object.fromEntries(urls);
}

export function freePortOfEach(): Promise<OfEach<number>> {
  return startEach(serviceNames, freePort);
}

/** The whole system: a Postgres server and a service of each name, each a process of its own. */
export interface Stack {
  /** Where clients go; before several replicas of order-service that is a gateway. */
  doors: OfEach<{ url: string }>;
  /** Of order-service the first replica. */
  services: OfEach<ServiceProcess>;
  orderReplicas: ServiceProcess[];
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
  /** How many processes of order-service there are, 1 unless told otherwise. */
  orderReplicas?: number;
  /** Told in one line what happens later on, such as a service that exited by itself. */
  notify?: (line: string) => void;
  /** More environment for the services. */
  env?: Partial<OfEach<Record<string, string>>>;
  /** Gives the URL at which one process finds another, or its database; that which it is told, if absent. */
  reach?: Reach;
}

/**
 * @param from the process, such as `order-service-1`
 * @param to whom it asks: `db-order`, or `payment-service`
 */
export type Reach = (from: string, to: string, url: string) => Promise<string>;

/** Starts the whole system; if a part does not start, stops the rest and throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, ports, toTerminal, durable, orderReplicas: replicaCount = 1, notify, env = {} } = options;
  const { reach = async (_from, _to, url) => url } = options;
  // Whoever starts it reads it, also where the output goes through a pipe first.
  const logFormat = process.env['LOG_FORMAT'] || (toTerminal ? 'pretty' : 'auto');
  const usualEnv = { FAULTS: 'on', LOG_FORMAT: logFormat };
  const runningServices: ServiceProcess[] = [];
  const runningDatabases: PostgresServer[] = [];
  let gateway: Gateway | undefined;
  const stop = async () => {
    await gateway?.close();
    await Promise.all(runningServices.splice(participantNames.length).map((replica) => replica.stop()));
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
  const startService = async (name: ServiceName, label: string, port: number, more: Record<string, string>) => {
    const service = defineServiceProcess({
      name: label,
      program: `${name}-service/dist/main.js`,
      port,
      env: {
        ...usualEnv,
        DATABASE_URL: await reach(label, `db-${name}`, databases[name].url(name)),
        ...more,
        ...env[name],
      },
      logFile: toTerminal ? undefined : join(folder, `${label}.log`),
      notify,
    });
    runningServices.push(service);
    await service.start();
    return service;
  };

  makeFolder(folder);
  let databases: OfEach<PostgresServer>;
  try {
    databases = await startEach(serviceNames, startDatabase);
    const participants = await startEach(participantNames, (name) =>
      startService(name, `${name}-service`, ports[name], {}),
    );
    const orderReplicas: ServiceProcess[] = [];
    const replicaPorts = replicaCount === 1 ? [ports.order] : await freePorts(replicaCount);
    for (const [index, port] of replicaPorts.entries()) {
      const label = replicaCount === 1 ? 'order-service' : `order-service-${index + 1}`;
      const reached = await startEach(participantNames, async (participant) => ({
        url: await reach(label, `${participant}-service`, participants[participant].url),
      }));
      orderReplicas.push(await startService('order', label, port, participantUrls(reached)));
    }
    if (replicaCount > 1) gateway = await startGateway(ports.order, replicaPorts);
    const services = { order: orderReplicas[0] as ServiceProcess, ...participants };
    return { doors: { ...services, order: gateway ?? services.order }, services, orderReplicas, databases, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** All at once; throws once none of them is under way any more. */
async function startEach<Name extends string, T>(
  names: readonly Name[],
  start: (name: Name) => Promise<T>,
): Promise<Record<Name, T>> {
  const results = await Promise.allSettled(names.map(start));
  const entries = results.map((result, index) => {
    if (result.status === 'rejected') throw result.reason;
    return [names[index], result.value];
  });
  return Object.fromEntries(entries) as Record<Name, T>;
}

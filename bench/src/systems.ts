import { join } from 'node:path';
import { freePort } from 'stack/free-port';
import { sendRequest } from 'stack/http-request';
import type { PostgresServer } from 'stack/postgres-server';
import { defineServiceProcess, type ServiceProcess } from 'stack/service-process';
import {
  freePortOfEach,
  type OfEach,
  ofEach,
  type ParticipantName,
  participantNames,
  participantUrls,
  type ServiceName,
  type Stack,
  startStack,
} from 'stack/stack';
import { createTables } from './database-tables.ts';
import { listProducts } from './order-mix.ts';

/** `grown` is ours, too, with many finished sagas in its tables. */
export type SystemName = 'ours' | 'grown' | 'typical';

/** A system that can be ordered from. */
export interface System {
  name: SystemName;
  services: Partial<OfEach<ServiceProcess>> & Pick<OfEach<ServiceProcess>, 'order' | 'inventory'>;
}

/** Systems, each with databases of its own on the same three Postgres servers. */
export interface Systems extends Surroundings {
  ours: System & Pick<Stack, 'services'>;
  typical: System;
  stop(): Promise<void>;
}

/** What one more system needs. */
interface Surroundings {
  databases: OfEach<PostgresServer>;
  /** Where data and logs go. */
  folder: string;
  /** What `stop` ends before it stops our services and the servers. */
  started: ServiceProcess[];
  notify(line: string): void;
}

const env = {
  // As in an image: no switchable failures, no help for developers.
  NODE_ENV: 'production',
  FAULTS: 'off',
  // A saga that is recovered late is to be completed all the same: to turn back would be less work than it began with.
  SAGA_DEADLINE_MS: '3600000',
};

/** Starts ours and the typical one, with stock for the load. */
export async function startSystems(folder: string, notify: (line: string) => void): Promise<Systems> {
  const { services, databases, ...stack } = await startStack({
    folder,
    ports: await freePortOfEach(),
    toTerminal: false,
    durable: true,
    notify,
    env: ofEach(() => env),
  });
  const surroundings = { databases, folder, notify, started: [] as ServiceProcess[] };
  const stop = async () => {
    await Promise.all(surroundings.started.map((service) => service.stop()));
    await stack.stop();
  };
  try {
    const ours: Systems['ours'] = { name: 'ours', services };
    const typical = await startTypical(surroundings);
    await stock(typical, 'unicorn', 0);
    for (const system of [ours, typical]) await stockProducts(system);
    return { ...surroundings, ours, typical, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTypical(surroundings: Surroundings): Promise<System> {
  const start = async (name: ServiceName, more: Record<string, string>) => {
    await createTables(surroundings.databases[name], 'typical', join('bench', 'typical', 'tables', `${name}.sql`));
    return startService('typical', name, join('bench', 'dist', 'typical', `${name}-service.js`), more, surroundings);
  };
  const payment = await start('payment', {});
  const inventory = await start('inventory', {});
  const order = await start('order', { PAYMENT_SERVICE_URL: payment.url, INVENTORY_SERVICE_URL: inventory.url });
  return { name: 'typical', services: { order, payment, inventory } };
}

/** Starts our services once more, with stock for the load and tables that are empty as yet. */
export async function startGrown(surroundings: Surroundings): Promise<System> {
  const start = async (name: ServiceName, more: Record<string, string>) => {
    await surroundings.databases[name].createDatabase('grown');
    return startService('grown', name, join(`${name}-service`, 'dist', 'main.js'), more, surroundings);
  };
  const started = participantNames.map(async (name) => [name, await start(name, {})] as const);
  const participants = Object.fromEntries(await Promise.all(started)) as Record<ParticipantName, ServiceProcess>;
  const order = await start('order', participantUrls(participants));
  const grown: System = { name: 'grown', services: { order, ...participants } };
  await stockProducts(grown);
  return grown;
}

/** Starts one service of a system, on the database that has the system's name. */
async function startService(
  system: SystemName,
  name: ServiceName,
  program: string,
  more: Record<string, string>,
  { databases, folder, started, notify }: Surroundings,
): Promise<ServiceProcess> {
  const service = defineServiceProcess({
    name: `${system}-${name}-service`,
    program,
    port: await freePort(),
    env: { ...env, DATABASE_URL: databases[name].url(system), ...more },
    logFile: join(folder, `${system}-${name}-service.log`),
    notify,
  });
  started.push(service);
  await service.start();
  return service;
}

async function stockProducts(system: System): Promise<void> {
  for (const product of listProducts()) await stock(system, product, 1_000_000_000);
}

async function stock({ services }: System, product: string, available: number): Promise<void> {
  const url = `${services.inventory.url}/inventory/products/${product}`;
  const { status } = await sendRequest(url, { method: 'PUT', body: { available } });
  if (status !== 200) throw new Error(`${product} could not be stocked: HTTP ${status}`);
}

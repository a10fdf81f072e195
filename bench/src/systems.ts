import { join } from 'node:path';
import { freePort } from 'stack/free-port';
import { sendRequest } from 'stack/http-request';
import type { PostgresServer } from 'stack/postgres-server';
import { defineServiceProcess, type ServiceProcess } from 'stack/service-process';
import { freePortOfEach, type OfEach, ofEach, type ServiceName, type Stack, startStack } from 'stack/stack';
import { createTables } from './database-tables.ts';
import { listProducts } from './order-mix.ts';

export type SystemName = 'ours' | 'typical';

/** A system that can be ordered from. */
export interface System {
  name: SystemName;
  services: Partial<OfEach<ServiceProcess>> & Pick<OfEach<ServiceProcess>, 'order' | 'inventory'>;
}

/** Both systems, each with databases of its own on the same three Postgres servers. */
export interface Systems {
  ours: System & Pick<Stack, 'services'>;
  typical: System;
  databases: OfEach<PostgresServer>;
  /** What `stop` ends before it stops our services and the servers. */
  started: ServiceProcess[];
  stop(): Promise<void>;
}

/** As in an image: no switchable failures, no help for developers. */
const production = { NODE_ENV: 'production', FAULTS: 'off' };

/** A saga that is recovered late is to be completed all the same: to turn back would be less work than it began with. */
const patience = { SAGA_DEADLINE_MS: '3600000' };

/** Starts both, with stock for the load. Their data and logs go to the folder. */
export async function startSystems(folder: string, notify: (line: string) => void): Promise<Systems> {
  const stack = await startStack({
    folder,
    ports: await freePortOfEach(),
    toTerminal: false,
    durable: true,
    notify,
    env: { ...ofEach(() => production), order: { ...production, ...patience } },
  });
  const started: ServiceProcess[] = [];
  const stop = async () => {
    await Promise.all(started.map((service) => service.stop()));
    await stack.stop();
  };
  try {
    const typical: System = { name: 'typical', services: await startTypical(stack, folder, started, notify) };
    const ours: Systems['ours'] = { name: 'ours', services: stack.services };
    await stock(typical, 'unicorn', 0);
    for (const system of [ours, typical]) {
      for (const product of listProducts()) await stock(system, product, 1_000_000_000);
    }
    return { ours, typical, databases: stack.databases, started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTypical(
  { databases }: Stack,
  folder: string,
  started: ServiceProcess[],
  notify: (line: string) => void,
): Promise<System['services']> {
  async function start(name: ServiceName, more: Record<string, string>): Promise<ServiceProcess> {
    await createTables(databases[name], 'typical', join('bench', 'typical', 'tables', `${name}.sql`));
    const service = defineServiceProcess({
      name: `typical-${name}-service`,
      program: join('bench', 'dist', 'typical', `${name}-service.js`),
      port: await freePort(),
      env: { NODE_ENV: 'production', DATABASE_URL: databases[name].url('typical'), ...more },
      logFile: join(folder, `typical-${name}-service.log`),
      notify,
    });
    started.push(service);
    await service.start();
    return service;
  }
  const payment = await start('payment', {});
  const inventory = await start('inventory', {});
  const order = await start('order', { PAYMENT_SERVICE_URL: payment.url, INVENTORY_SERVICE_URL: inventory.url });
  return { order, payment, inventory };
}

async function stock({ services }: System, product: string, available: number): Promise<void> {
  const url = `${services.inventory.url}/inventory/products/${product}`;
  const { status } = await sendRequest(url, { method: 'PUT', body: { available } });
  if (status !== 200) throw new Error(`${product} could not be stocked: HTTP ${status}`);
}

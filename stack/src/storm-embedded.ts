import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from './postgres-programs.ts';
import { type PostgresServer, queryServers } from './postgres-server.ts';
import type { ServiceProcess } from './service-process.ts';
import { freePortOfEach, participantNames, serviceNames, startStack } from './stack.ts';
import { createStormLinks } from './storm-links.ts';
import type { Random } from './storm-random.ts';
import { type StormPart, type StormTarget, stormSettings } from './storm-target.ts';

/** The embedded stack, with three replicas of order-service and databases that keep what they committed. */
export async function startEmbeddedTarget(notify: (line: string) => void, random: Random): Promise<StormTarget> {
  const folder = mkdtempSync(join(workFolder(), 'storm-'));
  const ports = await freePortOfEach();
  const env = { order: stormSettings };
  const links = createStormLinks(random);
  const { reach } = links;
  const stack = await startStack({
    folder,
    ports,
    toTerminal: false,
    durable: true,
    orderReplicas: 3,
    notify,
    env,
    reach,
  });
  const { doors, services, orderReplicas, databases } = stack;
  const parts = [
    ...orderReplicas.map((replica) => servicePart('order', replica)),
    ...participantNames.map((name) => servicePart('other', services[name])),
    ...serviceNames.map((name) => databasePart(`db-${name}`, databases[name])),
  ];
  return {
    doors,
    parts,
    links,
    query: queryServers(databases),
    leaseMs: Number(stormSettings.LEASE_MS),
    logs: `the logs are in ${folder}`,
    async remove(keep) {
      await stack.stop();
      await links.close();
      if (!keep) rmSync(folder, { recursive: true });
    },
  };
}

function servicePart(kind: StormPart['kind'], service: ServiceProcess): StormPart {
  return {
    name: service.name,
    kind,
    kill: () => service.signal('SIGKILL'),
    start: () => service.start(),
    pause: () => service.signal('SIGSTOP'),
    resume: () => service.signal('SIGCONT'),
    async restart() {
      await service.signal('SIGTERM');
      await service.start();
    },
  };
}

function databasePart(name: string, server: PostgresServer): StormPart {
  let down = false;
  const start = async () => {
    if (down) await server.start();
    down = false;
  };
  const signal = async (signal: 'SIGSTOP' | 'SIGCONT') => {
    if (!down) server.signal(signal);
  };
  return {
    name,
    kind: 'database',
    async kill() {
      down = true;
      await server.kill();
    },
    start,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async restart() {
      down = true;
      await server.stop();
      await start();
    },
  };
}

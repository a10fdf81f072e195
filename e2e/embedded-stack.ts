import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from 'stack/free-port';
import { workFolder } from 'stack/postgres-programs';
import { type OfEach, type ServiceName, type Stack, type StackOptions, startStack } from 'stack/stack';
import { createSystemClient, type SystemClient } from 'stack/system-client';

export interface EmbeddedStack {
  folder: string;
  services: Stack['services'];
  client: SystemClient;
  /** What a service wrote to its log so far, line by line. */
  readLog(service: ServiceName): Record<string, unknown>[];
}

/** The built services on fresh data for all tests of one file. */
export function useEmbeddedStack(env: StackOptions['env'] = {}): EmbeddedStack {
  const system = {} as EmbeddedStack;
  let stack: Stack;

  beforeAll(async () => {
    const folder = makeFreshFolder();
    stack = await startStack({ folder, ports: await freePorts(), toTerminal: false, durable: false, env });
    const { services } = stack;
    const readLog = (service: ServiceName) => readLines(services[service].logFile as string);
    Object.assign(system, { folder, services, client: createSystemClient(services), readLog });
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    rmSync(system.folder, { recursive: true, force: true });
  }, 60_000);

  return system;
}

export function makeFreshFolder(): string {
  return mkdtempSync(join(workFolder(), 'e2e-'));
}

export async function freePorts(): Promise<OfEach<number>> {
  return { order: await freePort(), payment: await freePort(), inventory: await freePort() };
}

function readLines(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

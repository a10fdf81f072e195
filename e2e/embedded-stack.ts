import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from 'stack/postgres-programs';
import { freePortOfEach, type ServiceName, type Stack, type StackOptions, startStack } from 'stack/stack';
import { createSystemClient, type SystemClient } from 'stack/system-client';
import { requireCleanAudit } from './clean-audit.ts';

export interface EmbeddedStack extends Omit<Stack, 'stop'> {
  folder: string;
  client: SystemClient;
  /** What a service wrote to its log so far, line by line. */
  readLog(service: ServiceName): Record<string, unknown>[];
}

/** The built services on fresh data for all tests of one file, which ends with the audit. */
export function useEmbeddedStack(env: StackOptions['env'] = {}, orderReplicas = 1): EmbeddedStack {
  const system = {} as EmbeddedStack;
  let stack: Stack | undefined;

  beforeAll(async () => {
    const folder = makeFreshFolder();
    Object.assign(system, { folder });
    const ports = await freePortOfEach();
    stack = await startStack({ folder, ports, toTerminal: false, durable: false, env, orderReplicas });
    const { services, doors } = stack;
    const readLog = (service: ServiceName) => readLines(services[service].logFile as string);
    Object.assign(system, { ...stack, client: createSystemClient(doors), readLog });
  }, 60_000);

  afterAll(async () => {
    try {
      if (stack) await requireCleanAudit(stack.doors.order.url);
    } finally {
      await stack?.stop();
      rmSync(system.folder, { recursive: true, force: true });
    }
  }, 60_000);

  return system;
}

export function makeFreshFolder(): string {
  return mkdtempSync(join(workFolder(), 'e2e-'));
}

/** The entries of a log file. */
export function readLines(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

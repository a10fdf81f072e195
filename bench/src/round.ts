import { type OfEach, ofEach, type ServiceName, serviceNames } from 'stack/stack';
import { writeOut } from './checkpoint.ts';
import { openLoad } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import { readCpuSeconds, readResidentMegabytes } from './process-usage.ts';
import type { System, Systems } from './systems.ts';

/** The processes whose CPU time is told: the services, their Postgres servers, and the load generator. */
export type CpuPart = ServiceName | `db-${ServiceName}` | 'generator';
export const cpuParts: readonly CpuPart[] = [
  ...serviceNames,
  ...serviceNames.map((name) => `db-${name}` as const),
  'generator',
];

/** The figures of one round of load on one system. */
export interface Round {
  ordersPerSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** CPU seconds for 1,000 orders; 0 for what the system does not have. */
  cpu: Record<CpuPart, number>;
  /** Megabytes at the end of the load; 0 likewise. */
  resident: OfEach<number>;
}

/** Loads one system once and measures what that takes. Throws if any answer was not as expected. */
export async function runRound({ databases }: Systems, { services }: System, plan: LoadPlan): Promise<Round> {
  await writeOut(databases);
  const load = await openLoad();
  const roots = Object.fromEntries<number | undefined>([
    ...serviceNames.flatMap((name): [CpuPart, number | undefined][] => [
      [name, services[name]?.pid()],
      [`db-${name}`, databases[name].pid()],
    ]),
    ['generator', load.pid],
  ]) as Record<CpuPart, number | undefined>;
  try {
    const before = readCpuSeconds(roots);
    const { seconds, accepted } = await load.run(plan);
    const after = readCpuSeconds(roots);
    const cpu = cpuParts.map((part) => [part, ((after[part] - before[part]) / accepted.count) * 1000]);
    return {
      ordersPerSecond: accepted.count / seconds,
      p50: accepted.p50,
      p95: accepted.p95,
      p99: accepted.p99,
      cpu: Object.fromEntries(cpu),
      resident: ofEach((name) => readResidentMegabytes(services[name]?.pid())),
    };
  } finally {
    load.close();
  }
}

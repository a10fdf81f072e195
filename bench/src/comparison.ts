import type { BenchRun } from './bench-run.ts';
import { writeOut } from './checkpoint.ts';
import { runLoad } from './load.ts';
import { medianRound } from './medians.ts';
import { type Mix, productCount } from './order-mix.ts';
import type { Row } from './result-table.ts';
import { type Round, runRound } from './round.ts';
import type { System } from './systems.ts';

/** A load under which the systems are compared. */
export interface ComparedLoad {
  /** As the table calls it. */
  name: string;
  mix: Mix;
  products: number;
}

/** Orders of one kind, spread over all products. */
export function evenLoad(mix: Mix, name: string = mix): ComparedLoad {
  return { name, mix, products: productCount };
}

/**
 * Measures the systems under each of the loads, in turns, so that what else the machine does hits them alike. Returns
 * a row of medians for each load and system, the typical one last, and adds it to the run's table.
 */
export async function compare(
  run: BenchRun,
  loads: ComparedLoad[],
  clients: number,
  ours: readonly System[] = [run.systems.ours],
): Promise<Row[]> {
  const { settings, systems, limit, tell } = run;
  const cases = loads.flatMap((load) => [...ours, systems.typical].map((system) => ({ load, system })));
  for (const { load, system } of cases) await warmUp(run, load, system);
  const measured = cases.map(() => [] as Round[]);
  for (let number = 1; number <= settings.rounds; number += 1) {
    await writeOut(systems.databases);
    await limit.measureRound(clients, number);
    for (const [index, { load, system }] of cases.entries()) {
      const plan = { ...load, orderUrl: system.services.order.url, pace: { clients } };
      const round = await runRound(systems, system, { ...plan, until: { seconds: settings.seconds } });
      measured[index]?.push(round);
      const figures = `${round.ordersPerSecond.toFixed(0)} orders/s, p99 ${round.p99.toFixed(0)} ms`;
      tell(`${load.name}, ${clients} clients, round ${number}, ${system.name}: ${figures}`);
    }
  }
  const figures = measured.map(medianRound);
  const limitPerSecond = limit.ordersPerSecond(clients);
  const rows = cases.map(({ load, system }, index): Row => {
    const own = figures[index] as Round;
    const ofSameLoad = cases.findIndex((other) => other.load === load && other.system === systems.typical);
    const typical = figures[ofSameLoad] as Round;
    const ofTypical = own.ordersPerSecond / typical.ordersPerSecond;
    const ofLimit = limitPerSecond && own.ordersPerSecond / limitPerSecond;
    return { ...own, load: load.name, clients, system: system.name, ofTypical, ofLimit };
  });
  run.rows.push(...rows);
  return rows;
}

/** Lets the system work through orders of this kind, the same number for each, unless that was done before. */
export async function warmUp(run: BenchRun, { mix, products }: ComparedLoad, system: System): Promise<void> {
  const { settings, warm, tell } = run;
  const key = `${system.name} ${mix}`;
  if (warm.has(key) || settings.warmUp === 0) return;
  warm.add(key);
  tell(`${mix}: ${settings.warmUp} orders warm ${system.name} up`);
  const orderUrl = system.services.order.url;
  await runLoad({ orderUrl, mix, products, pace: { clients: 16 }, until: { orders: settings.warmUp } });
}

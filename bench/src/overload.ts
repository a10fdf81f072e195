import { type BenchRun, busyClients } from './bench-run.ts';
import { writeOut } from './checkpoint.ts';
import { evenLoad, warmUp } from './comparison.ts';
import { median } from './latencies.ts';
import { runLoad } from './load.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';

/** Twice the orders that it can do: what becomes of those that are accepted, and how fast the others are refused. */
export async function measureOverload(run: BenchRun): Promise<void> {
  const { settings, systems, findings, tell } = run;
  const happy = evenLoad('happy');
  await warmUp(run, happy, systems.ours);
  const plan = { ...happy, orderUrl: systems.ours.services.order.url };
  const until = { seconds: settings.seconds };
  const usual: LoadResult[] = [];
  const overloaded: LoadResult[] = [];
  for (let number = 1; number <= settings.rounds; number += 1) {
    await writeOut(systems.databases);
    const most = await runLoad({ ...plan, pace: { clients: busyClients }, until });
    const twice: LoadPlan['pace'] = { ordersPerSecond: (2 * most.accepted.count) / most.seconds };
    await writeOut(systems.databases);
    const result = await runLoad({ ...plan, pace: twice, until, mayBeRefused: true });
    usual.push(most);
    overloaded.push(result);
    tell(`overload, round ${number}: ${result.accepted.count} accepted, ${result.refused.count} refused`);
  }
  const of = (results: LoadResult[], figure: (result: LoadResult) => number) => median(results.map(figure)).toFixed(0);
  const rate = (result: LoadResult) => result.accepted.count / result.seconds;
  const [before, after] = [of(usual, rate), of(overloaded, rate)];
  const [beforeP99, afterP99] = [usual, overloaded].map((results) => of(results, ({ accepted }) => accepted.p99));
  const refused = of(overloaded, (result) => result.refused.count / result.seconds);
  const [p50, p99] = (['p50', 'p99'] as const).map((rank) => of(overloaded, (result) => result.refused[rank]));
  findings.push(
    `overload: at twice the orders/s ${after}/s accepted, p99 ${afterP99} ms (before: ${before}/s, ${beforeP99} ms); ` +
      `${refused}/s refused with 503, p50 ${p50} ms, p99 ${p99} ms`,
  );
}

import { type BenchRun, busyClients } from './bench-run.ts';
import { compare, evenLoad } from './comparison.ts';
import { addFinishedSagas } from './finished-sagas.ts';

/** The same load before and after the tables of our services grow by many finished sagas. */
export async function measureGrown(run: BenchRun): Promise<void> {
  const { settings, systems, findings, tell } = run;
  const before = await compare(run, [evenLoad('happy', 'before growth')], busyClients);
  tell(`grown: ${settings.finished} finished sagas are added`);
  await addFinishedSagas(systems.databases, settings.finished);
  const after = await compare(run, [evenLoad('happy', 'grown tables')], busyClients);
  const shares = before.map((row, index) => {
    const share = (figure: 'ordersPerSecond' | 'p99') => ((after[index]?.[figure] ?? 0) / row[figure]).toFixed(2);
    return `${share('ordersPerSecond')} times the orders/s, ${share('p99')} times the p99`;
  });
  findings.push(
    `grown tables: with ${settings.finished} finished sagas ${shares[0]} ` +
      `(the typical version, whose tables did not grow: ${shares[1]})`,
  );
}

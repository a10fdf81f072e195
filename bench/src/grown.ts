import { type BenchRun, busyClients } from './bench-run.ts';
import { requireCleanAudit } from './clean-audit.ts';
import { compare, evenLoad } from './comparison.ts';
import { addFinishedSagas } from './finished-sagas.ts';
import { startGrown } from './systems.ts';

/** The same load on our system and on a second one of ours, whose tables hold many finished sagas. */
export async function measureGrown(run: BenchRun): Promise<void> {
  const { settings, systems, findings, tell } = run;
  tell(`grown: a system gets ${settings.finished} finished sagas`);
  const grown = await startGrown(systems);
  await addFinishedSagas(systems.databases, grown.name, settings.finished);
  const loads = [evenLoad('happy', 'grown tables')];
  const [ofOurs, ofGrown] = await compare(run, loads, busyClients, [systems.ours, grown]);
  await requireCleanAudit(grown);
  const share = (figure: 'ordersPerSecond' | 'p99') => ((ofGrown?.[figure] ?? 0) / (ofOurs?.[figure] ?? 0)).toFixed(2);
  findings.push(
    `grown tables: with ${settings.finished} finished sagas ${share('ordersPerSecond')} times the orders/s, ` +
      `${share('p99')} times the p99`,
  );
}

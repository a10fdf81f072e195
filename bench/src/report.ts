import type { BenchRun } from './bench-run.ts';
import { mergeRuns } from './medians.ts';
import { showTable } from './result-table.ts';
import type { BenchSettings } from './settings.ts';

/** The figures of all runs in Markdown. */
export function showReport({ rounds, seconds, warmUp }: BenchSettings, machine: string, runs: BenchRun[]): string {
  const each = runs.length > 1 ? `${runs.length} runs, each of ` : '';
  const how = `Medians of ${each}${rounds} rounds of ${seconds} s after ${warmUp} orders of each kind.`;
  const rows = mergeRuns(runs.map((run) => run.rows));
  const table = rows.length > 0 ? `\n${showTable(rows)}\n` : '';
  const findings = runs.flatMap((run, index) =>
    run.findings.map((finding) => `- ${runs.length > 1 ? `run ${index + 1}, ` : ''}${finding}`),
  );
  const list = findings.length > 0 ? `\n${findings.join('\n')}\n` : '';
  return `${machine}. ${how}\n${table}${list}`;
}

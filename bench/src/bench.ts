import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from 'service-kit/config';
import { repository, workFolder } from 'stack/postgres-programs';
import { onceToldToEnd } from 'stack/signals';
import type { BenchRun } from './bench-run.ts';
import { requireCleanAudit } from './clean-audit.ts';
import { describeMachine } from './machine.ts';
import { partNames } from './part-names.ts';
import { parts } from './parts.ts';
import { createLimit } from './pgbench.ts';
import { showReport } from './report.ts';
import { type BenchSettings, benchSettings } from './settings.ts';
import { type Systems, startSystems } from './systems.ts';

// `make bench`: this system and a typical one under the same load, and a table of what that took. Exits 0 only if every
// answer was as expected and the books balance after every part.
const startedAt = performance.now();
const tell = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const runs: BenchRun[] = [];
let machine = '';
let folder: string | undefined;
let starting: Promise<Systems> | undefined;
let interrupted = false;
onceToldToEnd(async () => {
  interrupted = true;
  await stop();
  process.exit(1);
});

try {
  const settings = readConfig(benchSettings, process.env);
  const report = () => showReport(settings, machine, runs);
  try {
    for (let number = 1; number <= settings.runs; number += 1) {
      if (settings.runs > 1) tell(`run ${number} of ${settings.runs}`);
      await measure(settings);
      await stop();
    }
  } finally {
    if (!interrupted) console.log(`\n${report()}`);
  }
  if (settings.results === 1) writeFileSync(join(repository, 'bench', 'results.md'), `# Results\n\n${report()}`);
} catch (error) {
  if (!interrupted) {
    console.error(`the bench failed: ${error instanceof Error ? error.message : error}`);
    if (folder) console.error(`the logs are in ${folder}`);
    await (await starting?.catch(() => undefined))?.stop();
    process.exit(1);
  }
}

/** Measures every part once, on systems of its own, and leaves them running. */
async function measure(settings: BenchSettings): Promise<void> {
  folder = mkdtempSync(join(workFolder(), 'bench-'));
  starting = startSystems(folder, tell);
  const systems = await starting;
  machine ||= await describeMachine(systems.databases.order);
  const limit = createLimit(systems.databases.order, settings.seconds, tell);
  const run: BenchRun = { settings, systems, limit, warm: new Set(), rows: [], findings: [], tell };
  runs.push(run);
  for (const name of partNames.filter((part) => settings.parts.includes(part))) {
    await parts[name](run);
    await requireCleanAudit(systems.ours);
  }
}

async function stop(): Promise<void> {
  await (await starting?.catch(() => undefined))?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
  starting = undefined;
}

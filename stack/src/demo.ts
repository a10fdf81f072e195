import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAudit } from './audit.ts';
import { checkBooks } from './books.ts';
import { fastStories, playCrash } from './crash-story.ts';
import { workFolder } from './postgres-programs.ts';
import { queryServers } from './postgres-server.ts';
import { tellStep, tellStory } from './report.ts';
import { listScenarios, playScenario } from './scenarios.ts';
import { onceToldToEnd } from './signals.ts';
import { freePortOfEach, type Stack, startStack } from './stack.ts';
import { createSystemClient } from './system-client.ts';

// `make demo`: every scenario, a crash and the books, on free ports and fresh data. Exits 0 only if all held.
const folder = mkdtempSync(join(workFolder(), 'demo-'));
let stack: Stack | undefined;
let failed: string[] = [];
let interrupted = false;
onceToldToEnd(() => {
  interrupted = true;
});

try {
  tellStory('The services start, each with a Postgres of its own');
  const ports = await freePortOfEach();
  const notify = (line: string) => tellStep('↩', line);
  stack = await startStack({ folder, ports, toTerminal: false, durable: true, notify, env: { order: fastStories } });
  for (const { name, url } of Object.values(stack.services)) tellStep('✓', `${name} is ready on ${url}`);
  failed = await play(stack);
} catch (error) {
  failed.push(error instanceof Error ? error.message : String(error));
}
await stack?.stop();

const held = failed.length === 0 && !interrupted;
if (held || interrupted) rmSync(folder, { recursive: true });
if (held) console.log('all went as told');
else console.log(interrupted ? 'interrupted' : `did not go as told: ${failed.join(', ')}; the logs are in ${folder}`);
process.exit(held ? 0 : 1);

/** Plays part after part until the end or an interruption. Returns the names of those that failed. */
async function play(stack: Stack): Promise<string[]> {
  const client = createSystemClient(stack.services);
  const parts = [
    ...listScenarios().map((name) => ({ name: `scenarios/${name}`, play: () => playScenario(name, stack.services) })),
    { name: 'the crash', play: () => playCrash(stack, client) },
    { name: 'the books', play: async () => tellBooks(await checkBooks(queryServers(stack.databases))) },
    { name: 'the audit', play: () => tellAudit(stack.services.order.url) },
  ];
  const failures: string[] = [];
  for (const part of parts) {
    if (!interrupted && !(await part.play())) failures.push(part.name);
  }
  return failures;
}

function tellBooks(entries: Awaited<ReturnType<typeof checkBooks>>): boolean {
  tellStory('The books of the three services');
  for (const { held, text } of entries) tellStep(held ? '✓' : '✗', text);
  return entries.every(({ held }) => held);
}

async function tellAudit(orderUrl: string): Promise<boolean> {
  const { clean, quiet, inFlight, stuckCount, discrepancyCount } = await readAudit(orderUrl);
  const held = clean && quiet;
  tellStep(held ? '✓' : '✗', `audit: ${discrepancyCount} discrepancies, ${inFlight} in flight, ${stuckCount} stuck`);
  return held;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { checkBooks } from './books.ts';
import { sendRequest } from './http-request.ts';
import { onceToldToEnd } from './signals.ts';
import { startComposeTarget } from './storm-compose.ts';
import { createStrike, cutPower, outlastLease, type StormTally } from './storm-disturbances.ts';
import { startEmbeddedTarget } from './storm-embedded.ts';
import { startLoad } from './storm-orders.ts';
import { calm, deliverAgain, repeatUnanswered, waitUntilOver } from './storm-quiet.ts';
import { createRandom } from './storm-random.ts';
import type { StormTarget } from './storm-target.ts';
import { judge } from './storm-verdict.ts';
import { createSystemClient } from './system-client.ts';

// `make storm`: mixed orders while everything is struck, then quiet, then the audit. Exits 0 only if nothing is off.
const seed = Number(process.env['SEED'] || Math.floor(Math.random() * 1e9));
const seconds = Number(process.env['SECONDS'] || 180);
const where = process.env['TARGET'] || 'embedded';

const startedAt = performance.now();
const tell = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const tally: StormTally = { kills: 0, restarts: 0, pauses: 0, faults: 0, crashPoints: 0, links: 0, powerLosses: 0 };
let target: StormTarget | undefined;
let isToStop = false;
onceToldToEnd(() => {
  isToStop = true;
});

let discrepancies: string[] = [];
try {
  tell(`seed ${seed}, ${seconds} s against the ${where} stack`);
  target = await (where === 'compose' ? startComposeTarget(tell) : startEmbeddedTarget(tell, createRandom(seed)));
  discrepancies = await weather(target);
} catch (error) {
  discrepancies.push(error instanceof Error ? error.message : String(error));
  console.log(`the storm did not come to its end: ${discrepancies.join(', ')}`);
}
const held = discrepancies.length === 0 && !isToStop;
if (!held && target) console.log(target.logs);
await target?.remove(!held);
process.exit(held ? 0 : 1);

/** The storm, the quiet after it and the closing line. Returns what is off. */
async function weather(target: StormTarget): Promise<string[]> {
  const { doors } = target;
  const client = createSystemClient(doors);
  const strike = createStrike(target, await listCrashPoints(doors.order.url), tally);
  const load = startLoad(doors.order.url, createRandom(seed));
  for (const half of [1, 2] as const) {
    const endsAt = performance.now() + (seconds / 2) * 1000;
    await Promise.all([1, 2, 3, 4].map((number) => strikeUntil(endsAt, seed + 10 * half + number, strike)));
    if (half === 1) await cutPower(target, tally, tell);
    else await outlastLease(target, tally, tell);
  }
  await load.stop();
  if (isToStop) return ['interrupted'];

  await calm(target, tell);
  await repeatUnanswered(doors.order.url, load.wishes, tell);
  const retried = await waitUntilOver(doors.order.url, tell);
  await deliverAgain(target, tell);
  const { orders, takeovers, discrepancies } = await judge(doors.order.url, client, load.wishes);
  const books = await checkBooks(target.query);
  discrepancies.push(...books.filter(({ held }) => !held).map(({ text }) => `books: ${text}`));

  for (const discrepancy of discrepancies) console.log(`discrepancy: ${discrepancy}`);
  const completed = orders.filter(({ status }) => status === 'COMPLETED').length;
  const count = (type: string) => load.wishes.flatMap(({ replies }) => replies.filter((r) => r.type === type)).length;
  const done = [
    `${orders.length} orders (${completed} completed, ${orders.length - completed} cancelled)`,
    `${count('unanswered')} requests unanswered, ${count('refused')} refused`,
    `${tally.kills} kills, ${tally.powerLosses} power losses, ${tally.restarts} restarts, ${tally.pauses} pauses`,
    `${tally.links} troubled links, ${target.links?.countRepeated() ?? 0} requests delivered again`,
    `${tally.faults} faults, ${tally.crashPoints} crash points, ${takeovers} takeovers, ${retried} retries by hand`,
    `${discrepancies.length} discrepancies`,
  ];
  console.log(`seed ${seed}: ${done.join(', ')}`);
  return discrepancies;
}

async function strikeUntil(endsAt: number, seed: number, strike: ReturnType<typeof createStrike>): Promise<void> {
  const random = createRandom(seed);
  while (performance.now() < endsAt && !isToStop) {
    await sleep(random.between(500, 2_500));
    await strike(random, tell);
  }
}

/** The points at which order-service can be made to crash, as its documents name them. */
async function listCrashPoints(url: string): Promise<string[]> {
  const { body } = await sendRequest(`${url}/openapi/v1.json`);
  const [parameter] = (body as unknown as OpenApi).paths['/faults/{name}']?.put.parameters ?? [];
  if (!parameter) throw new Error('order-service has no fault switches');
  return parameter.schema.enum;
}

interface OpenApi {
  paths: Record<string, { put: { parameters: { schema: { enum: string[] } }[] } }>;
}

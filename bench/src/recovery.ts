import { waitUntil } from 'stack/wait-until';
import { type BenchRun, busyClients } from './bench-run.ts';
import { writeOut } from './checkpoint.ts';
import { evenLoad, warmUp } from './comparison.ts';
import { openLoad, runLoad } from './load.ts';
import { leaveUnfinished } from './recovery-wreck.ts';
import { type UnfinishedSagas, watchUnfinished } from './unfinished-sagas.ts';

/** Slower than ten in a second is no recovery. */
const slowestMs = 100;

/** A second order-service is killed in the middle of many sagas; the first recovers them while it is ordered from. */
export async function measureRecovery(run: BenchRun): Promise<void> {
  const { settings, systems, findings, tell } = run;
  const happy = evenLoad('happy');
  await warmUp(run, happy, systems.ours);
  const plan = { ...happy, orderUrl: systems.ours.services.order.url };
  await writeOut(systems.databases);
  const usual = await runLoad({ ...plan, pace: { clients: busyClients }, until: { seconds: settings.seconds } });
  const usualPerSecond = usual.accepted.count / usual.seconds;

  await writeOut(systems.databases);
  await leaveUnfinished(systems, settings.unfinished);
  const unfinished = await watchUnfinished(systems.databases.order);
  const count = await unfinished.count();
  tell(`recovery: a killed process has left ${count} sagas unfinished`);

  const load = await openLoad();
  try {
    const [meanwhile, perSecond] = await Promise.all([
      load.run({ ...plan, pace: { clients: 16 }, until: {} }),
      measureRate(unfinished, count).finally(load.stop),
    ]);
    const share = (perSecond / usualPerSecond).toFixed(2);
    findings.push(
      `recovery: ${count} sagas at ${perSecond.toFixed(0)}/s, ${share} times the usual ${usualPerSecond.toFixed(0)} ` +
        `orders/s; meanwhile ${(meanwhile.accepted.count / meanwhile.seconds).toFixed(0)} new orders/s, ` +
        `p99 ${meanwhile.accepted.p99.toFixed(0)} ms`,
    );
  } finally {
    load.close();
    await unfinished.close();
  }
}

/** Sagas recovered in a second, from when a twentieth is over until all are. */
async function measureRate(unfinished: UnfinishedSagas, count: number): Promise<number> {
  const waitUntilLeft = (most: number, timeoutMs: number) =>
    waitUntil(`at most ${most} sagas are left`, async () => (await unfinished.count()) <= most, timeoutMs);
  // Nothing is recovered while the leases last, but for a few that their busy driver had lost before.
  const early = Math.ceil(count / 20);
  await waitUntilLeft(count - early, 60_000 + early * slowestMs);
  const startedAt = performance.now();
  await waitUntilLeft(0, 60_000 + count * slowestMs);
  return ((count - early) / (performance.now() - startedAt)) * 1000;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from 'stack/stack';
import { waitUntil } from 'stack/wait-until';
import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

/** A check begins every 10 s, and used to be killed 3 s later: one is certain to meet that in this time. */
const frozenS = 14;
/** A pg_isready that was left behind, because only its shell was killed, gives up after 3 s more and exits. */
const leftBehindS = 4;

/** Stops all but process 1, which only Docker can stop, again and again: a check that begins meanwhile is stopped too. */
const freezeAll = `end=$((SECONDS + ${frozenS}))
while ((SECONDS < end)); do kill -STOP -1; read -t 0.2 <> <(:); done
kill -CONT -1`;

export function silenceDatabases(stack: () => ComposeStack): void {
  const containers = () => serviceNames.map((name) => stack().nameContainer(`db-${name}`));
  const signalProcess1 = (signal: string) => runProgram('docker', ['kill', '--signal', signal, ...containers()]);
  const countStarts = () =>
    Promise.all(
      containers().map(async (container) => {
        const log = await runProgram('bash', ['-c', `docker logs ${container} 2>&1`]);
        return log.split('database system is ready to accept connections').length - 1;
      }),
    );

  test('a database that does not answer for a while is not restarted by its own health check', async () => {
    const { client } = stack();
    const starts = await countStarts();
    expect(Math.min(...starts)).toBeGreaterThan(0);

    await signalProcess1('STOP');
    await Promise.all(containers().map((name) => runProgram('docker', ['exec', name, 'bash', '-c', freezeAll])));
    await sleep(leftBehindS * 1000);
    await signalProcess1('CONT');

    const order = () => client.placeOrder({ itemName: 'apple', quantity: 1, price: 10 }).catch(() => undefined);
    await waitUntil('orders complete again', async () => (await order())?.status === 'COMPLETED');
    expect(await countStarts()).toEqual(starts);
  });
}

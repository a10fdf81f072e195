import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './postgres-programs.ts';
import type { Stack } from './stack.ts';

const folder = join(repository, 'scenarios');

/** Every story in `scenarios/`, in the order of their names. */
export function listScenarios(): string[] {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
  return scripts.filter((name) => name !== 'story.sh').sort();
}

/**
 * Plays a scenario against the services; whether it ended as told.
 * @param outputFile where absent, it writes to this process's terminal
 */
export async function playScenario(
  name: string,
  { order, payment, inventory }: Stack['services'],
  outputFile?: string,
): Promise<boolean> {
  const output = outputFile ? openSync(outputFile, 'a') : 'inherit';
  const urls = { ORDER_URL: order.url, PAYMENT_URL: payment.url, INVENTORY_URL: inventory.url };
  const script = spawn('bash', [join(folder, name)], {
    env: { ...process.env, ...urls },
    stdio: ['ignore', output, output],
  });
  if (typeof output === 'number') closeSync(output);
  const [code] = await once(script, 'exit');
  return code === 0;
}

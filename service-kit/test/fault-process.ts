import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from 'stack/free-port';
import { waitUntil } from 'stack/wait-until';

/** A built service as a process of its own, which may end by itself. */
export interface FaultProcess {
  url: string;
  /** Everything that it has written. */
  output(): string;
  /** Its exit code, once it has ended. */
  exited: Promise<number | null>;
  stop(): Promise<void>;
}

export async function startFaultProcess(name: string, env: Record<string, string>): Promise<FaultProcess> {
  const port = await freePort();
  const main = join(__dirname, '..', '..', name, 'dist', 'main.js');
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  await waitUntil(`${name} listens`, async () => output.includes('listening'));
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

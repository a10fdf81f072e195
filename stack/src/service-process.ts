import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from './postgres-programs.ts';

export interface ServiceProcess {
  name: string;
  url: string;
  pid(): number;
  /** Starts it and resolves once it is ready. Rejects if it exits before. */
  start(): Promise<void>;
  /** Sends the signal and, unless it only pauses or continues, waits for the end. */
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

export interface ServiceProcessOptions {
  name: string;
  port: number;
  env: Record<string, string>;
  /** A file for its output; where absent, it writes to this process's terminal. */
  logFile?: string;
}

/** One service as a process of its own, as `npm start` would run it. */
export function defineServiceProcess({ name, port, env, logFile }: ServiceProcessOptions): ServiceProcess {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  return {
    name,
    url,
    pid: () => child?.pid ?? 0,
    async start() {
      const output = logFile ? openSync(logFile, 'a') : 'inherit';
      const started = spawn(process.execPath, [join(repository, name, 'dist', 'main.js')], {
        env: { ...process.env, ...env, PORT: String(port) },
        stdio: ['ignore', output, output],
        // A group of its own: Ctrl-C reaches only us, and we stop the services in their order.
        detached: true,
      });
      child = started;
      await waitUntilReady(url, () => {
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`${name} did not start${logFile ? `: see ${logFile}` : ''}`);
      });
    },
    async signal(signal) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      if (signal === 'SIGTERM' || signal === 'SIGKILL') await gone;
    },
  };
}

/** Ten times what a start takes on a slow machine. */
const startTimeoutMs = 60_000;

async function waitUntilReady(url: string, checkAlive: () => void): Promise<void> {
  for (const giveUpAt = Date.now() + startTimeoutMs; Date.now() < giveUpAt; ) {
    checkAlive();
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (ready?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} was not ready within ${startTimeoutMs / 1000} s`);
}

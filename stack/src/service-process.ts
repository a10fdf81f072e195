import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './postgres-programs.ts';
import { waitUntil } from './wait-until.ts';

export interface ServiceProcess {
  name: string;
  url: string;
  /** The file that its output goes to, if it is not this process's terminal. */
  logFile: string | undefined;
  pid(): number;
  /** Starts it and resolves once it is ready. Rejects if it exits before. */
  start(): Promise<void>;
  /** Sends the signal and, unless it only pauses or continues, waits for the end. */
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Ends it: in good order or, if that takes too long, not. */
  stop(): Promise<void>;
}

export interface ServiceProcessOptions {
  name: string;
  port: number;
  env: Record<string, string>;
  /** A file for its output; where absent, it writes to this process's terminal. */
  logFile?: string | undefined;
}

/** Ten times what a start takes on a slow machine. */
const startTimeoutMs = 60_000;
/** A service promises to be gone 8 s after SIGTERM. */
const stopTimeoutMs = 12_000;

/** One service as a process of its own, as `npm start` would run it. */
export function defineServiceProcess({ name, port, env, logFile }: ServiceProcessOptions): ServiceProcess {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function signal(signal: NodeJS.Signals): Promise<void> {
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    if (signal === 'SIGTERM' || signal === 'SIGKILL') await gone;
  }

  return {
    name,
    url,
    logFile,
    pid: () => child?.pid ?? 0,
    signal,
    async start() {
      const output = logFile ? openSync(logFile, 'a') : 'inherit';
      const started = spawn(process.execPath, [join(repository, name, 'dist', 'main.js')], {
        env: { ...process.env, ...env, PORT: String(port) },
        stdio: ['ignore', output, output],
        // A group of its own: Ctrl-C reaches only us, and we stop the services in their order.
        detached: true,
      });
      if (typeof output === 'number') closeSync(output);
      child = started;
      await waitUntil(
        `${name} is ready`,
        () => {
          if (hasEnded(started)) throw new Error(`${name} did not start${logFile ? `: see ${logFile}` : ''}`);
          return isReady(url);
        },
        startTimeoutMs,
      );
    },
    async stop() {
      const kill = setTimeout(() => void signal('SIGKILL'), stopTimeoutMs);
      const ended = signal('SIGTERM');
      // One that was paused would not hear of it.
      await signal('SIGCONT');
      await ended;
      clearTimeout(kill);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return answer?.ok ?? false;
}

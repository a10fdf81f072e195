import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './postgres-programs.ts';
import { isReady } from './readiness.ts';
import { waitUntil } from './wait-until.ts';

export interface ServiceProcess {
  name: string;
  url: string;
  /** The file that its output goes to, if it is not this process's terminal. */
  logFile: string | undefined;
  pid(): number;
  /**
   * Starts it and resolves once it is ready; rejects if something else answers at its port and, the first time, if it
   * exits before. From then on it is started again whenever it exits by itself, until it is told to end.
   */
  start(): Promise<void>;
  /** Sends the signal and, unless it only pauses or continues, waits for the end, which then lasts. */
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Ends it: in good order or, if that takes too long, not. */
  stop(): Promise<void>;
}

export interface ServiceProcessOptions {
  name: string;
  /** The built program that it runs, by its path in the repository. */
  program: string;
  port: number;
  env: Record<string, string>;
  /** A file for its output; where absent, it writes to this process's terminal. */
  logFile?: string | undefined;
  /** Told in one line when it exited by itself. */
  notify?: ((line: string) => void) | undefined;
}

/** Ten times what a start takes on a slow machine. */
const startTimeoutMs = 60_000;
/** A service promises to be gone 8 s after SIGTERM. */
const stopTimeoutMs = 12_000;
/** Keeps one that exits again and again from taking the machine's whole time. */
const restartPauseMs = 200;

/** One service as a process of its own, as `npm start` would run it. */
export function defineServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const { name, port, logFile, notify = () => {} } = options;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let state: 'starting' | 'supervised' | 'told to end' = 'starting';
  let restart: NodeJS.Timeout | undefined;

  function launch(): void {
    const started = spawnService(options);
    child = started;
    started.once('exit', (code, signal) => {
      if (state !== 'supervised' || child !== started) return;
      notify(`${name} exited by itself (${code ?? signal}): it is started again`);
      restart = setTimeout(launch, restartPauseMs);
    });
  }

  async function launchAlone(): Promise<void> {
    // Its answers would be taken for ours.
    if (await isReady(url)) throw new Error(`${name} did not start: something else answers at ${url}`);
    if (state === 'told to end') throw new Error(`${name} did not start: it was told to end`);
    launch();
  }

  async function signal(signal: NodeJS.Signals): Promise<void> {
    const ends = signal === 'SIGTERM' || signal === 'SIGKILL';
    if (ends) {
      state = 'told to end';
      clearTimeout(restart);
    }
    if (!child || hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    if (ends) await gone;
  }

  return {
    name,
    url,
    logFile,
    pid: () => child?.pid ?? 0,
    signal,
    async start() {
      const isFirst = !child;
      const launches = isFirst || state === 'told to end';
      state = isFirst ? 'starting' : 'supervised';
      if (launches) await launchAlone();
      await waitUntil(
        `${name} is ready`,
        async () => {
          const answers = await isReady(url);
          const lives = child && !hasEnded(child);
          if (state !== 'supervised' && !lives) {
            throw new Error(`${name} did not start${logFile ? `: see ${logFile}` : ''}`);
          }
          // Without its process the answer is somebody else's.
          return answers && lives;
        },
        startTimeoutMs,
      );
      if (state === 'starting') state = 'supervised';
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

/** As `npm start` has it: where no container bounds a process's memory, V8 lets garbage pile up. */
const heapLimit = '--max-old-space-size=1024';

function spawnService({ program, port, env, logFile }: ServiceProcessOptions): ChildProcess {
  const output = logFile ? openSync(logFile, 'a') : 'inherit';
  const started = spawn(process.execPath, [heapLimit, join(repository, program)], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', output, output],
    // A group of its own: Ctrl-C reaches only us, and we stop the services in their order.
    detached: true,
  });
  if (typeof output === 'number') closeSync(output);
  return started;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository, workFolder } from './postgres-programs.ts';
import { freePortOfEach, ofEach, participantNames, portVariable, serviceNames } from './stack.ts';
import { type StormPart, type StormTarget, stormSettings } from './storm-target.ts';

const execute = promisify(execFile);

/** The compose file as a project of its own, with three replicas of order-service. */
export async function startComposeTarget(notify: (line: string) => void): Promise<StormTarget> {
  const folder = mkdtempSync(join(workFolder(), 'storm-'));
  const logFile = join(folder, 'compose.log');
  const project = `saga-storm-${process.pid}`;
  const ports = await freePortOfEach();
  const variables = Object.fromEntries(serviceNames.map((name) => [portVariable(name), ports[name]]));
  const overrideFile = join(folder, 'storm.json');
  writeFileSync(overrideFile, JSON.stringify({ services: { 'order-service': { environment: stormSettings } } }));
  const files = ['--file', 'docker-compose.yml', '--file', overrideFile];
  const compose = (...args: string[]) => docker(['compose', '--project-name', project, ...files, ...args], variables);
  const remove = async (keep: boolean) => {
    if (keep) writeFileSync(logFile, await compose('logs', '--no-color', '--timestamps'));
    await compose('down', '--volumes', '--timeout', '0');
    if (!keep) rmSync(folder, { recursive: true });
  };
  const part = (kind: StormPart['kind'], service: string, number = 1) =>
    containerPart(kind, `${service}-${number}`, `${project}-${service}-${number}`);

  notify('the images are built and the containers started');
  await compose('build');
  try {
    await compose('up', '--detach', '--wait', '--scale', 'order-service=3');
  } catch (error) {
    await remove(true);
    throw error;
  }
  return {
    doors: ofEach((name) => ({ url: `http://127.0.0.1:${ports[name]}` })),
    parts: [
      ...[1, 2, 3].map((number) => part('order', 'order-service', number)),
      ...participantNames.map((name) => part('other', `${name}-service`)),
      part('other', 'gateway'),
      ...serviceNames.map((name) => part('database', `db-${name}`)),
    ],
    links: undefined,
    async query(name, sql) {
      const json = `SELECT coalesce(json_agg(row), '[]') FROM (${sql}) AS row`;
      const psql = ['psql', '--user', name, '--tuples-only', '--no-align', '--command', json];
      return JSON.parse(await compose('exec', '-T', `db-${name}`, ...psql));
    },
    leaseMs: Number(stormSettings.LEASE_MS),
    logs: `the logs are in ${logFile}`,
    remove,
  };
}

function containerPart(kind: StormPart['kind'], name: string, container: string): StormPart {
  let paused: number[] = [];
  const control = async (verb: string) => void (await docker([verb, container]));
  const signalAll = (signal: NodeJS.Signals) => {
    // One that has ended meanwhile, or belongs to an engine elsewhere, cannot be signalled.
    paused = paused.filter((pid) => spawnSync('kill', ['-s', signal.slice(3), String(pid)]).status === 0);
  };
  return {
    name,
    kind,
    // One that crashed and waits to be started again by Docker cannot be killed or paused.
    kill: () => control('kill').catch(() => {}),
    start: () => control('start'),
    restart: () => control('restart'),
    // By its processes, not by `docker pause`: Docker cannot resume what it paused just as a health check began in it.
    async pause() {
      const listed = await docker(['top', container, '-o', 'pid']).catch(() => '');
      paused = [...listed.matchAll(/^\s*(\d+)/gm)].map(([, pid]) => Number(pid));
      signalAll('SIGSTOP');
    },
    async resume() {
      signalAll('SIGCONT');
      paused = [];
    },
  };
}

async function docker(args: string[], env: Record<string, number> = {}): Promise<string> {
  const strings = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
  const options = { cwd: repository, env: { ...process.env, ...strings }, maxBuffer: 512 * 1024 * 1024 };
  return (await execute('docker', args, options)).stdout;
}

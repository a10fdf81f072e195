import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';

const execute = promisify(execFile);

/** Runs a program in the repository's folder and gives what it printed; throws with all of it if it fails. */
export async function runProgram(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    const options = { cwd: repository, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await execute(program, args, options);
    return stdout.trim();
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`failed: ${program} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? error}`);
  }
}

/** Whether there is a Docker engine to talk to, with Compose. */
export function isDockerReachable(): boolean {
  return [['version'], ['compose', 'version']].every((args) => spawnSync('docker', args).status === 0);
}

import { runProgram } from './run-program.ts';

/**
 * Stops every process of a container but the first, its init, for the time that `meanwhile` takes. Not by `docker pause`:
 * Docker cannot resume what it paused just as a health check began in it.
 */
export async function freezeContainer<T>(container: string, meanwhile: () => Promise<T>): Promise<T> {
  const signalAll = (signal: string) => runProgram('docker', ['exec', container, 'bash', '-c', `kill -${signal} -1`]);
  await signalAll('STOP');
  try {
    return await meanwhile();
  } finally {
    await signalAll('CONT');
  }
}

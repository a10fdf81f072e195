import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load-plan.ts';

export interface Load {
  pid: number;
  /** Ends once the plan does, or soon after `stop`. Throws if any answer was not as expected. */
  run(plan: LoadPlan): Promise<LoadResult>;
  stop(): void;
  close(): void;
}

/** Starts a load generator, which waits for its plan. */
export async function openLoad(): Promise<Load> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./load-generator.js', import.meta.url)));
  const hear = async () => {
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])]);
    if (message === undefined) throw new Error('the load generator ended before its plan');
    return message;
  };
  await hear();
  return {
    pid: child.pid as number,
    async run(plan) {
      const heard = hear();
      child.send(plan);
      const result: LoadResult = await heard;
      if (result.mistake) throw new Error(result.mistake);
      return result;
    },
    stop: () => void child.send('stop'),
    close: () => void child.disconnect(),
  };
}

/** Runs one plan in a load generator of its own. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const load = await openLoad();
  try {
    return await load.run(plan);
  } finally {
    load.close();
  }
}

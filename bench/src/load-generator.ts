import { generateLoad } from './load-generation.ts';
import type { LoadPlan } from './load-plan.ts';

// A process of its own, so that its cost is known and the services do not wait for it. It is told a plan, then perhaps
// to stop, and tells the result.
const stop = new AbortController();
process.on('message', async (message: LoadPlan | 'stop') => {
  if (message === 'stop') stop.abort();
  else process.send?.(await generateLoad(message, stop.signal));
});
process.send?.('ready');

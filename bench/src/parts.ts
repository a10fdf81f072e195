import type { BenchRun } from './bench-run.ts';
import { compare, evenLoad } from './comparison.ts';
import { measureGrown } from './grown.ts';
import { measureHotProduct } from './hot-product.ts';
import type { Mix } from './order-mix.ts';
import { measureOverload } from './overload.ts';
import type { PartName } from './part-names.ts';
import { measureRecovery } from './recovery.ts';

/** What is measured, by name. */
export const parts: Record<PartName, (run: BenchRun) => Promise<void>> = {
  happy: compareUnder('happy'),
  compensating: compareUnder('compensating'),
  mixed: compareUnder('mixed'),
  'hot-product': measureHotProduct,
  overload: measureOverload,
  recovery: measureRecovery,
  grown: measureGrown,
};

function compareUnder(mix: Mix): (run: BenchRun) => Promise<void> {
  return async (run) => {
    for (const clients of run.settings.clients) await compare(run, [evenLoad(mix)], clients);
  };
}

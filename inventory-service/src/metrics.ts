import type { Registry } from 'prom-client';
import { createResultCounter, type ResultCount } from 'service-kit/result-counter';

/** What can come of each operation; `voided`: there was nothing to release, and a later reserve is barred. */
const results = {
  reserve: ['applied', 'replayed', 'refused'],
  release: ['applied', 'replayed', 'voided'],
} as const;

/** Told of what came of each operation. */
export type OperationCount = ResultCount<typeof results>;

export function countOperations(registry: Registry): OperationCount {
  const help =
    'Reserves and releases by what came of them: applied, replayed (it was applied before), refused, or voided (nothing to release)';
  return createResultCounter(registry, { name: 'inventory_operations_total', help, results });
}

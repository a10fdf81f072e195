import { Counter, type Registry } from 'prom-client';

/** What can come of each operation; `voided`: there was nothing to release, and a later reserve is barred. */
const results = {
  reserve: ['applied', 'replayed', 'refused'],
  release: ['applied', 'replayed', 'voided'],
} as const;
type Results = typeof results;

/** Told of what came of each operation. */
export type OperationCount = <Name extends keyof Results>(operation: Name, result: Results[Name][number]) => void;

export function countOperations(registry: Registry): OperationCount {
  const counter = new Counter({
    name: 'inventory_operations_total',
    help: 'Reserves and releases by what came of them: applied, replayed (it was applied before), refused, or voided (nothing to release)',
    labelNames: ['operation', 'result'],
    registers: [registry],
  });
  // At 0 from the start, so that a rate sees the first one too.
  for (const [operation, names] of Object.entries(results)) {
    for (const result of names) counter.inc({ operation, result }, 0);
  }
  return (operation, result) => counter.inc({ operation, result });
}

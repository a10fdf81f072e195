import type { Registry } from 'prom-client';
import { createResultCounter, type ResultCount } from 'service-kit/result-counter';

/** What can come of each operation; `voided`: there was nothing to refund, and a later charge is barred. */
const results = {
  charge: ['applied', 'replayed', 'refused'],
  refund: ['applied', 'replayed', 'voided'],
} as const;

/** Told of what came of each operation. */
export type OperationCount = ResultCount<typeof results>;

export function countOperations(registry: Registry): OperationCount {
  const help =
    'Charges and refunds by what came of them: applied, replayed (it was applied before), refused, or voided (nothing to refund)';
  return createResultCounter(registry, { name: 'payment_operations_total', help, results });
}

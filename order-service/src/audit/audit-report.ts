import { fromCents } from 'service-kit/cents';
import type { Audit } from './audit-messages.ts';
import type { AuditTally } from './audit-tally.ts';
import type { PaymentTotals, ReservedTotals } from './balance-judge.ts';

export interface AuditResult {
  startedAt: Date;
  durationMs: number;
  quiet: boolean;
  inFlight: number;
  totals: PaymentTotals & ReservedTotals;
  tally: AuditTally;
}

/** What was found, as the call answers with it. */
export function toAudit({ startedAt, durationMs, quiet, inFlight, totals, tally }: AuditResult): Audit {
  const { orders, sums, stuck, resolved, orphans, discrepancies } = tally;
  return {
    startedAt: startedAt.toISOString(),
    durationMs,
    clean: discrepancies.count() === 0,
    quiet,
    totals: {
      orders,
      charged: fromCents(totals.chargedCents),
      refunded: fromCents(totals.refundedCents),
      completed: fromCents(sums.completedCents),
      held: fromCents(sums.heldCents),
      reserved: totals.reservedUnits,
      completedUnits: sums.completedUnits,
      heldUnits: sums.heldUnits,
    },
    inFlight,
    stuckCount: stuck.count(),
    stuck: stuck.items,
    resolvedCount: resolved.count(),
    resolved: resolved.items,
    orphanCount: orphans.count(),
    orphans: orphans.items,
    discrepancyCount: discrepancies.count(),
    discrepancies: discrepancies.items,
  };
}

import type { Operation } from 'service-kit/openapi';
import { z } from 'zod';
import { auditExamples } from './audit-examples.ts';

/** What can be wrong with one saga. */
export const ledgerProblems = [
  'order-missing',
  'order-status-differs',
  'payment-missing',
  'payment-not-charged',
  'payment-amount-differs',
  'payment-not-refunded',
  'payment-orphaned',
  'reservation-missing',
  'reservation-not-reserved',
  'reservation-product-differs',
  'reservation-quantity-differs',
  'reservation-not-released',
  'reservation-orphaned',
] as const;
export type LedgerProblem = (typeof ledgerProblems)[number];

/** What can be wrong with the sums. */
export const balanceProblems = ['stock-not-conserved', 'money-not-conserved', 'units-not-conserved'] as const;
export type BalanceProblem = (typeof balanceProblems)[number];

const heldSaga = z
  .object({
    sagaId: z.string(),
    orderId: z.string().nullable(),
    holds: z.array(z.enum(['payment', 'inventory'])).describe('The steps whose effect still stands'),
  })
  .meta({ id: 'HeldSaga' });
const orphan = z.object({
  sagaId: z.string(),
  payment: z.enum(['CHARGED', 'REFUNDED', 'VOIDED']).nullable(),
  reservation: z.enum(['RESERVED', 'RELEASED', 'VOIDED']).nullable(),
});
const discrepancy = z.object({
  sagaId: z.string().nullable().describe('Null where a sum is wrong'),
  problem: z.enum([...ledgerProblems, ...balanceProblems]),
  detail: z.string(),
});
export type Discrepancy = z.output<typeof discrepancy>;

/** The books of the three services. Lists name a hundred; their counts go on. */
export const audit = z
  .object({
    startedAt: z.iso
      .datetime()
      .describe('An audit that took more than `AUDIT_QUICK_MS` (2000) is handed out for twice as long as it took'),
    durationMs: z.int(),
    clean: z.boolean().describe('There is no discrepancy'),
    quiet: z.boolean().describe('Nothing moved while the audit ran: only then are the sums compared'),
    totals: z.object({
      orders: z.object({ PENDING: z.int(), COMPLETED: z.int(), CANCELLED: z.int() }),
      charged: z.number().describe('All that was ever charged'),
      refunded: z.number(),
      completed: z.number().describe('The amounts of the COMPLETED orders'),
      held: z.number().describe('What stuck and resolved sagas still hold: charged - refunded = completed + held'),
      reserved: z.int().describe('Units of all products'),
      completedUnits: z.int().describe('Units of the COMPLETED orders'),
      heldUnits: z.int().describe('Of stuck and resolved sagas: reserved = completedUnits + heldUnits'),
    }),
    inFlight: z.int().describe('Sagas that were not over when the audit began, or began later: they are not judged'),
    stuckCount: z.int(),
    stuck: z.array(heldSaga),
    resolvedCount: z.int(),
    resolved: z.array(heldSaga),
    orphanCount: z.int(),
    orphans: z.array(orphan).describe('Rows without a saga; those that hold something are discrepancies, too'),
    discrepancyCount: z.int().describe('Those beyond the hundred that are named were looked at once, not twice'),
    discrepancies: z.array(discrepancy),
  })
  .meta({ id: 'Audit' });
export type Audit = z.output<typeof audit>;

/** An audit in short. */
export const auditVerdict = audit.pick({
  startedAt: true,
  durationMs: true,
  clean: true,
  quiet: true,
  inFlight: true,
  stuckCount: true,
  discrepancyCount: true,
});
export type AuditVerdict = z.output<typeof auditVerdict>;

/** The call, as the documents show it. */
export const auditOperation: Operation = {
  id: 'getAudit',
  tag: 'audit',
  method: 'get',
  path: '/audit',
  summary:
    'Check that money and stock are conserved across the three services; an audit that took long is handed out again',
  answers: { 200: { description: 'What was found', schema: audit, examples: auditExamples } },
  problems: ['audit-incomplete'],
};

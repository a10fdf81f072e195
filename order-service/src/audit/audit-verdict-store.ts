import { lt, sql } from 'drizzle-orm';
import type { Database } from 'service-kit/database';
import type { Audit, AuditVerdict } from './audit-messages.ts';
import { auditVerdicts } from './audit-verdict-schema.ts';

export type AuditVerdictStore = ReturnType<typeof createAuditVerdictStore>;

/** The verdict of the last audit, for every process to show. */
export function createAuditVerdictStore(db: Database) {
  return {
    /** Keeps the verdict unless that of a later audit is kept already. */
    async keep({ startedAt, durationMs, quiet, inFlight, stuckCount, discrepancyCount }: Audit): Promise<void> {
      const set = { startedAt: new Date(startedAt), durationMs, quiet, inFlight, stuckCount, discrepancyCount };
      await db
        .insert(auditVerdicts)
        .values(set)
        .onConflictDoUpdate({
          target: auditVerdicts.id,
          set,
          setWhere: lt(auditVerdicts.startedAt, sql`excluded.started_at`),
        });
    },

    async find(): Promise<AuditVerdict | null> {
      const [row] = await db.select().from(auditVerdicts);
      if (!row) return null;
      const { id: _, startedAt, ...found } = row;
      return { startedAt: startedAt.toISOString(), clean: found.discrepancyCount === 0, ...found };
    },
  };
}

import { readAudit } from 'stack/audit';
import type { System } from './systems.ts';

/** An audit reads every saga, of which there may be a million. */
const auditTimeoutMs = 600_000;

/** Throws unless the books of one of our systems balance and nothing is under way. */
export async function requireCleanAudit({ name, services }: System): Promise<void> {
  const { clean, quiet, inFlight, discrepancyCount } = await readAudit(services.order.url, auditTimeoutMs);
  if (!clean || !quiet) {
    throw new Error(`the audit of ${name} is not clean: ${discrepancyCount} discrepancies, ${inFlight} in flight`);
  }
}

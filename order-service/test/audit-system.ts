import type supertest from 'supertest';
import { type Audit, audit } from '../src/audit/audit-messages.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

export interface AuditedSystem extends OrderSystem {
  /** Where GET /audit is; it asks the participants through their forwarders. */
  auditor: ReturnType<typeof supertest>;
  audit(): Promise<Audit>;
}

/** Every audit is a new one, however slow the machine is. */
export async function startAuditedSystem(env: Record<string, string> = {}): Promise<AuditedSystem> {
  const system = await startOrderSystem({ AUDIT_QUICK_MS: '600000', ...env });
  const auditor = system.order.http;
  return {
    ...system,
    auditor,
    audit: async () => audit.parse((await auditor.get('/audit').expect(200)).body),
  };
}

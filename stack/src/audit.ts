import { sendRequest } from './http-request.ts';
import { waitUntil } from './wait-until.ts';

/** What order-service finds when it compares the books of the three services. */
export interface Audit {
  startedAt: string;
  clean: boolean;
  /** Whether nothing moved meanwhile: only then are the sums compared. */
  quiet: boolean;
  inFlight: number;
  stuckCount: number;
  discrepancyCount: number;
  /** The first hundred. */
  discrepancies: object[];
}

/** An audit that begins now: one that took long is handed out again for a while. Throws if nothing can be said now. */
export function readAudit(orderUrl: string, timeoutMs = 60_000): Promise<Audit> {
  const askedAtMs = Date.now();
  const ask = async () => {
    const { status, body } = await sendRequest(`${orderUrl}/audit`, { timeoutMs });
    if (status !== 200) throw new Error(`the audit was answered HTTP ${status} ${JSON.stringify(body)}`);
    const audit = body as unknown as Audit;
    return Date.parse(audit.startedAt) >= askedAtMs && audit;
  };
  return waitUntil('an audit of now', ask, timeoutMs);
}

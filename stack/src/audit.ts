import { sendRequest } from './http-request.ts';

/** What order-service finds when it compares the books of the three services. */
export interface Audit {
  clean: boolean;
  /** Whether nothing moved meanwhile: only then are the sums compared. */
  quiet: boolean;
  inFlight: number;
  stuckCount: number;
  discrepancyCount: number;
  /** The first hundred. */
  discrepancies: object[];
}

/** Throws if nothing can be said now. */
export async function readAudit(orderUrl: string, timeoutMs = 60_000): Promise<Audit> {
  const { status, body } = await sendRequest(`${orderUrl}/audit`, { timeoutMs });
  if (status !== 200) throw new Error(`the audit was answered HTTP ${status} ${JSON.stringify(body)}`);
  return body as unknown as Audit;
}

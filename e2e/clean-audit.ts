import { readAudit } from 'stack/audit';
import { waitUntil } from 'stack/wait-until';

/** What a story leaves behind may still be compensated; then money and stock have to be conserved. */
export async function requireCleanAudit(orderUrl: string): Promise<void> {
  const audit = await waitUntil('nothing is in flight', async () => {
    const audit = await readAudit(orderUrl).catch(() => undefined);
    return audit?.quiet && audit;
  });
  expect(audit).toMatchObject({ clean: true, inFlight: 0, discrepancies: [] });
}

import { sendRequest } from 'stack/http-request';
import { waitUntil } from 'stack/wait-until';

/** What a story leaves behind may still be compensated; then money and stock have to be conserved. */
export async function requireCleanAudit(orderUrl: string): Promise<void> {
  const audit = await waitUntil('nothing is in flight', async () => {
    const { status, body } = await sendRequest(`${orderUrl}/audit`);
    return status === 200 && body['inFlight'] === 0 && body;
  });
  expect(audit).toMatchObject({ clean: true, discrepancies: [] });
}

import axios from 'axios';

/** A reader of alerts that is slower than this gets none: nothing waits for it. */
const timeoutMs = 5_000;

export type AlertWebhook = (message: object) => Promise<void>;

/** POSTs a message as JSON, once. Rejects unless it is answered with a 2xx. */
export function createAlertWebhook(url: string): AlertWebhook {
  return async (message) => {
    await axios.post(url, message, { timeout: timeoutMs, proxy: false, maxRedirects: 0 });
  };
}

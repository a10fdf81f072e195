import { createServiceApi } from '../../page/service-api.ts';

/**
 * The page's way to a running order-service.
 * @param send how a request goes out, if not as it is
 */
export function connectPage(url: string, send: typeof fetch = fetch) {
  return createServiceApi((path, init) => send(url + path, init));
}

import { once } from 'node:events';
import http from 'node:http';
import { waitUntil } from 'stack/wait-until';

export interface ChangeReader {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** Everything that came so far, as it came. */
  text(): string;
  /** The times since when there are changes, oldest message first. */
  told(): { id: string; since: string; heardAtMs: number }[];
  /** Resolves with the messages once there are so many. */
  waitFor(count: number): Promise<{ id: string; since: string }[]>;
  /** Resolves once the stream has ended. */
  ended: Promise<unknown>;
  close(): void;
}

/** Reads `GET /changes` as a browser does. */
export async function readChanges(url: string, lastEventId?: string): Promise<ChangeReader> {
  const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
  const request = http.get(`${url}/changes`, { agent: false, headers });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  const heardAtMs: number[] = [];
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    while (heardAtMs.length < [...text.matchAll(/^event: changed$/gm)].length) heardAtMs.push(performance.now());
  });
  response.on('error', () => {});
  const told = () =>
    [...text.matchAll(/event: changed\nid: (.+)\ndata: (.+)\n\n/g)].map(([, id = '', data = ''], index) => ({
      id,
      since: JSON.parse(data).since as string,
      heardAtMs: heardAtMs[index] as number,
    }));
  return {
    status: response.statusCode as number,
    headers: response.headers,
    text: () => text,
    told,
    waitFor: (count) => waitUntil(`${count} changes`, async () => told().length >= count && told()),
    ended: new Promise((resolve) => response.once('close', resolve)),
    close: () => request.destroy(),
  };
}

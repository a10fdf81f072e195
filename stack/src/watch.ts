import { setTimeout as sleep } from 'node:timers/promises';
import { listenToChanges } from './change-stream.ts';
import { paint } from './report.ts';
import { createSagaLines, type SagaLine, type WatchedSaga } from './saga-lines.ts';
import { onceToldToEnd } from './signals.ts';

// `make watch`: one line for each event of every saga, as it happens, until Ctrl-C.
const orderUrl = process.env['ORDER_URL'] || 'http://localhost:8000';
const colours = { good: 'green', back: 'yellow', bad: 'red' } as const;
/** Between two tries to read what changed. */
const retryMs = 500;
/** Pages of a hundred sagas: more than a person reads in one go. */
const maxPages = 20;

let takeNewLines: ReturnType<typeof createSagaLines> | undefined;
/** The earliest change that was not read yet. */
let unreadSince: string | undefined;
let reading = false;

onceToldToEnd(() => process.exit(0));
// Whoever read the lines has gone.
process.stdout.on('error', () => process.exit(0));

await listenToChanges(orderUrl, {
  connected: () => console.error(`watching ${orderUrl}; times are UTC, a saga goes by the end of its id; Ctrl-C ends`),
  lost: (reason) => console.error(`${orderUrl} does not answer (${reason}): trying again`),
  changed(since) {
    takeNewLines ??= createSagaLines(since);
    if (unreadSince === undefined || since < unreadSince) unreadSince = since;
    void readChanges();
  },
});

async function readChanges(): Promise<void> {
  if (reading) return;
  reading = true;
  while (unreadSince !== undefined) {
    const since = unreadSince;
    unreadSince = undefined;
    try {
      for (const line of takeNewLines?.(await listChanged(since)) ?? []) print(line);
    } catch {
      unreadSince = since;
      await sleep(retryMs);
    }
  }
  reading = false;
}

async function listChanged(since: string): Promise<WatchedSaga[]> {
  const sagas: WatchedSaga[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages += 1) {
    if (pages === maxPages) {
      console.error(`more than ${sagas.length} sagas have changed: the oldest are left out`);
      break;
    }
    const query = new URLSearchParams({ changedSince: since, limit: '100', ...(cursor && { cursor }) });
    const response = await fetch(`${orderUrl}/sagas?${query}`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const page = (await response.json()) as { items: WatchedSaga[]; nextCursor: string | null };
    sagas.push(...page.items);
    cursor = page.nextCursor;
  }
  return sagas;
}

function print({ at, sagaId, tone, text }: SagaLine): void {
  const told = tone === 'plain' ? text : paint(colours[tone], text);
  console.log(`${at.slice(11, 23)}  ${sagaId.slice(-8)}  ${told}`);
}

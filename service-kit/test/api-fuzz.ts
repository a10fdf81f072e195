import fc from 'fast-check';
import type { Sql } from 'postgres';
import type { ApiChecker } from './api-checker.ts';
import { type ReadAnswer, send } from './api-client.ts';
import type { ApiCall, Json } from './api-document.ts';
import { type FuzzRequest, requestsOf } from './api-requests.ts';

export interface FuzzOptions {
  url: string;
  checker: ApiChecker;
  document: Json;
  /** Every database that the service can write to. */
  databases: readonly Sql[];
  ids: readonly string[];
  /** The calls that read, and write down what they found. */
  recording?: readonly string[];
  narrow(callId: string, field: string, schema: Json): Json;
  /** Resolves once nothing goes on in the service that would change a row. */
  settle?(): Promise<void>;
}

export interface FuzzCount {
  sent: number;
  refused: number;
  /** The calls that had at least one answer below 400. */
  succeeded: Set<string>;
}

const requestCount = 2_000;
const batchSize = 40;

/**
 * Sends requests that are made from the service's document, and checks that every answer is documented, that none is a
 * 5xx, that what is valid is not refused as invalid, and that what is refused changes no row.
 * @throws Error that names the seed (`FUZZ_SEED`) and the request
 */
export async function fuzzApi(options: FuzzOptions): Promise<FuzzCount> {
  const seed = Number(process.env['FUZZ_SEED'] ?? 1);
  const weighted = options.checker.calls.filter(endsByItself).map((call) => ({
    // What takes nothing has little to get wrong, and what takes a body most.
    weight: call.body ? 6 : 1 + call.parameters.length,
    arbitrary: requestsOf(call, options),
  }));
  const requests = fc.sample(fc.oneof(...weighted), { seed, numRuns: requestCount });
  const count: FuzzCount = { sent: 0, refused: 0, succeeded: new Set() };
  try {
    const isRead = ({ method, id }: FuzzRequest) => method === 'GET' && !options.recording?.includes(id);
    // What reads comes last: then there is something to be read.
    const [writes, reads] = [requests.filter((request) => !isRead(request)), requests.filter(isRead)];
    await runWrites(writes, options, count);
    for (const batch of toBatches(reads)) {
      const before = await digest(options.databases);
      await sendAll(batch, options, count);
      await requireUnchanged(before, batch, options);
    }
  } catch (error) {
    throw new Error(`with FUZZ_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return count;
}

/** Not so a stream of events. */
export function endsByItself({ answers }: ApiCall): boolean {
  return !answers.some(({ content }) => content.some(({ mediaType }) => mediaType === 'text/event-stream'));
}

function toBatches(requests: FuzzRequest[]): FuzzRequest[][] {
  return Array.from({ length: Math.ceil(requests.length / batchSize) }, (_, index) =>
    requests.slice(index * batchSize, (index + 1) * batchSize),
  );
}

/** One at a time: what is refused changes nothing even if it would change nothing a second time. */
async function runWrites(requests: FuzzRequest[], options: FuzzOptions, count: FuzzCount): Promise<void> {
  let before = await digest(options.databases);
  for (const request of requests) {
    const refused = await sendAll([request], options, count);
    if (refused.length > 0) {
      await requireUnchanged(before, refused, options);
    } else {
      await options.settle?.();
      before = await digest(options.databases);
    }
  }
}

async function requireUnchanged(before: string, sent: FuzzRequest[], { databases }: FuzzOptions): Promise<void> {
  const after = await digest(databases);
  if (after !== before) throw new Error(`a row was changed by one of ${JSON.stringify(sent, null, 1)}`);
}

/** Sends the requests, a few at a time, and gives those that were answered 4xx. */
async function sendAll(requests: FuzzRequest[], options: FuzzOptions, count: FuzzCount): Promise<FuzzRequest[]> {
  const refused: FuzzRequest[] = [];
  const left = [...requests];
  const sendNext = async () => {
    for (let request = left.shift(); request; request = left.shift()) {
      const { status } = await sendOne(request, options);
      count.sent += 1;
      if (status < 400) {
        count.succeeded.add(request.id);
      } else {
        count.refused += 1;
        refused.push(request);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, sendNext));
  return refused;
}

async function sendOne(request: FuzzRequest, { url, checker }: FuzzOptions): Promise<ReadAnswer> {
  try {
    const answer = await send(url, checker, request);
    if (answer.status >= 500) throw new Error(`answered ${answer.text}`);
    if (request.isValid && answer.status === 400) throw new Error(`valid by the document, but: ${answer.text}`);
    return answer;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${JSON.stringify(request)}`, { cause: error });
  }
}

/** Of every row of every table. */
async function digest(databases: readonly Sql[]): Promise<string> {
  const parts = databases.map(async (sql) => {
    const tables = await sql`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`;
    const digests = tables.map(async ({ tablename }) => {
      const [row] =
        await sql`SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ${sql(tablename)} t`;
      return `${tablename} ${row?.['md5']}`;
    });
    return (await Promise.all(digests)).join('\n');
  });
  return (await Promise.all(parts)).join('\n');
}

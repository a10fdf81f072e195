import axios from 'axios';
import { problemName, readProblem } from 'service-kit/problem';
import { contextHeaders } from 'service-kit/tracing';
import { z } from 'zod';
import { orderProblem } from '../problems.ts';
import { parseJson } from './participant-answer.ts';
import { createParticipantClient } from './participant-call.ts';

const pageSize = 1000;
/** A page of the longest rows has half of it. */
const maxContentLength = 2 * 1024 * 1024;
/** Longer than a participant lets its own statements take. */
const longestMs = 15_000;

export interface ParticipantPlan<Row, Totals> {
  name: string;
  baseUrl: string;
  /** `/payments`: the list; the totals and the rows are below it. */
  path: string;
  /** The problem with which it says that it knows nothing of a saga. */
  notFound: string;
  row: z.ZodType<Row>;
  totals: z.ZodType<Totals>;
  /** How long an answer may take; as long as a participant may need, unless told otherwise. */
  timeoutMs?: number;
}

export interface ParticipantLedger<Row, Totals> {
  /** Every row by ascending saga id. */
  pages(): AsyncIterable<Row[]>;
  find(sagaId: string): Promise<Row | undefined>;
  readTotals(): Promise<Totals>;
  /** The pages of another list of the participant. */
  list<Item>(path: string, item: z.ZodType<Item>, limit?: number): AsyncGenerator<ListPage<Item>>;
}

export interface ListPage<Item> {
  items: Item[];
  /** What stands there by now. */
  readAgain(): Promise<Item[]>;
}

/** What a participant has recorded. Whatever is not its contract's answer is a Problem audit-incomplete. */
export function createParticipantLedger<Row extends { sagaId: string }, Totals>(
  plan: ParticipantPlan<Row, Totals>,
): ParticipantLedger<Row, Totals> {
  const { name, baseUrl, path, notFound, row, totals, timeoutMs = longestMs } = plan;
  const client = createParticipantClient(baseUrl);
  const incomplete = (reason: string) => orderProblem('audit-incomplete', `${name}: ${reason}`);

  async function get(url: string) {
    const response = await client
      .get<string>(url, {
        signal: AbortSignal.timeout(timeoutMs),
        headers: contextHeaders(),
        maxContentLength,
      })
      .catch((error) => {
        throw incomplete(axios.isCancel(error) ? `no answer within ${timeoutMs} ms` : (error.code ?? 'no answer'));
      });
    return { ...response, body: parseJson(response.data) };
  }

  function read<Answer>(answer: z.ZodType<Answer>, status: number, body: unknown): Answer {
    if (status !== 200) throw incomplete(`HTTP ${status}`);
    const checked = answer.safeParse(body);
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    throw incomplete(`the answer is not the contract's: ${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }

  async function* list<Item>(of: string, item: z.ZodType<Item>, limit = pageSize): AsyncGenerator<ListPage<Item>> {
    const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
    const readPage = async (cursor: string): Promise<z.output<typeof page>> => {
      const query = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await get(`${of}?limit=${limit}${query}`);
      return read(page, status, body);
    };
    for (let cursor: string | null = ''; cursor !== null; ) {
      const asked: string = cursor;
      const { items, nextCursor } = await readPage(asked);
      if (items.length > 0) yield { items, readAgain: async () => (await readPage(asked)).items };
      if (nextCursor !== null && (items.length === 0 || nextCursor === asked))
        throw incomplete('its list does not end');
      cursor = nextCursor;
    }
  }

  return {
    list,

    async *pages() {
      let last = '';
      for await (const { items } of list(path, row)) {
        for (const { sagaId } of items) {
          if (sagaId <= last) throw incomplete('its list is not in order');
          last = sagaId;
        }
        yield items;
      }
    },

    async find(sagaId) {
      const { status, headers, body } = await get(`${path}/${sagaId}`);
      const problem = readProblem(status, headers['content-type'], body);
      return problem && problemName(problem) === notFound ? undefined : read(row, status, body);
    },

    async readTotals() {
      const { status, body } = await get(`${path}/totals`);
      return read(totals, status, body);
    },
  };
}

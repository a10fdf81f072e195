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
}

/** What a participant has recorded. Whatever is not its contract's answer is a Problem audit-incomplete. */
export function createParticipantLedger<Row extends { sagaId: string }, Totals>(
  plan: ParticipantPlan<Row, Totals>,
): ParticipantLedger<Row, Totals> {
  const { name, baseUrl, path, notFound, row, totals, timeoutMs = longestMs } = plan;
  const client = createParticipantClient(baseUrl);
  const page = z.object({ items: z.array(row), nextCursor: z.string().nullable() });
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

  return {
    async *pages() {
      let last = '';
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
        const { status, body } = await get(`${path}?limit=${pageSize}${query}`);
        const { items, nextCursor }: z.output<typeof page> = read(page, status, body);
        for (const { sagaId } of items) {
          if (sagaId <= last) throw incomplete('its list is not in order');
          last = sagaId;
        }
        cursor = nextCursor;
        if (items.length > 0) yield items;
        else if (cursor !== null) throw incomplete('its list does not end');
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

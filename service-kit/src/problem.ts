import { z } from 'zod';

/** The media type of RFC 9457. */
export const problemMediaType = 'application/problem+json';

/** The wire shape of an error, read by clients and written by services. */
export const problemDocument = z
  .object({
    type: z.string().describe('`/problems/` and its name: a page that says what to do'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocument>;

/** What is the same in every problem of one type. */
export interface ProblemType {
  status: number;
  title: string;
  /** What whoever gets it should do. */
  remedy: string;
  /** Sent as `Retry-After`, in seconds. */
  retryAfterS?: number;
}

export type ProblemTable = Readonly<Record<string, ProblemType>>;

/** Problems that any service can answer with; the key is the last part of the document's `type`. */
export const commonProblems = {
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Send JSON that can be parsed, in UTF-8, and percent-encode what goes into the path or the query as UTF-8.',
  },
  'validation-failed': {
    status: 400,
    title: 'The request does not meet the contract',
    remedy: 'Correct each field that `errors` names. Nothing was done.',
  },
  'route-not-found': {
    status: 404,
    title: 'No such resource',
    remedy: 'Look up path and method in `/openapi/v1.json`. Those under `/faults` are there only with `FAULTS=on`.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is larger than 16 kB',
    remedy: 'Send less. Nothing was done.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be application/json in UTF-8',
    remedy: 'Send the body as JSON, with the header `Content-Type: application/json`. Nothing was done.',
  },
  'internal-error': {
    status: 500,
    title: 'The service failed',
    remedy:
      'Look for the `x-request-id` of the answer in the log of the service. What was asked for may have been done.',
  },
  'service-unavailable': {
    status: 503,
    title: 'The service cannot answer now',
    remedy: 'Send the same request again after the seconds of `Retry-After`. What was asked for may have been done.',
    retryAfterS: 1,
  },
} as const satisfies ProblemTable;

export function toProblemDocument(
  name: string,
  { title, status }: ProblemType,
  extra: Pick<ProblemDocument, 'detail' | 'errors'> = {},
): ProblemDocument {
  return { type: `/problems/${name}`, title, status, ...extra };
}

/** An error that has an answer: throw it in a route, and the client gets its document. */
export class Problem extends Error {
  readonly document: ProblemDocument;
  readonly retryAfterS: number | undefined;

  constructor(name: string, type: ProblemType, extra: Pick<ProblemDocument, 'detail' | 'errors'> = {}) {
    super(`${name}: ${extra.detail ?? type.title}`);
    this.document = toProblemDocument(name, type, extra);
    this.retryAfterS = type.retryAfterS;
  }
}

/** Gives a function that makes the problems of one table by name. */
export function problemsOf<Table extends ProblemTable>(table: Table) {
  return (name: keyof Table & string, detail?: string, errors?: ProblemDocument['errors']): Problem =>
    new Problem(name, table[name] as ProblemType, { ...(detail && { detail }), ...(errors && { errors }) });
}

export const commonProblem = problemsOf(commonProblems);

/** The other direction: the problem that an answer carries, or undefined where it carries none that meets RFC 9457. */
export function readProblem(status: number, contentType: unknown, body: unknown): ProblemDocument | undefined {
  if (typeof contentType !== 'string' || !contentType.startsWith(problemMediaType)) return undefined;
  const parsed = problemDocument.safeParse(body);
  return parsed.success && parsed.data.status === status ? parsed.data : undefined;
}

/** The name in a problem's type: `/problems/out-of-stock` → `out-of-stock`. */
export function problemName(document: ProblemDocument): string {
  return document.type.slice(document.type.lastIndexOf('/') + 1);
}

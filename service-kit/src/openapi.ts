import type { z } from 'zod';
import { createComponents } from './openapi-components.ts';
import { commonProblems, type ProblemDocument, type ProblemTable } from './problem.ts';
import { textRule } from './text.ts';

/** One call of an API, described with the schemas that validate it. A field's `.describe()` describes the parameter. */
export interface Operation {
  /** The operationId: `placeOrder`. */
  id: string;
  /** One of the API's tags. */
  tag: string;
  method: 'get' | 'post' | 'put' | 'delete';
  /** With parameters as OpenAPI writes them: `/orders/{id}`. */
  path: string;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Request bodies to copy, by name. */
  examples?: Examples;
  /** The answers by status, but for problems. */
  answers: Record<number, Answer>;
  /** The names of its own problems: those of unreadable or wrong input and of every call need not be said. */
  problems?: readonly string[];
  /** More problem documents to look at, by name, beyond the one of each type. */
  problemExamples?: Examples<ProblemDocument>;
  /** Whether it has not even the problems of every call: it is answered from memory, or its answer tells of them. */
  neverFails?: boolean;
}

/** An answer without `schema` and `text` has no body. */
export interface Answer {
  description: string;
  /** Of a JSON body. */
  schema?: z.ZodType;
  /** JSON bodies to look at, by name; without them documents show the example of the schema. */
  examples?: Examples;
  /** The media types of a body that is not JSON, such as `text/event-stream`. */
  text?: readonly string[];
  headers?: z.ZodObject;
}

export type Examples<Value = unknown> = Readonly<Record<string, { summary: string; value: Value }>>;

export interface ApiDescription {
  title: string;
  description: string;
  /** What each tag stands for, in the order of the document. */
  tags: Readonly<Record<string, string>>;
  /** The problems that it adds to the common ones. */
  problems: ProblemTable;
  operations: readonly Operation[];
}

/**
 * The API as an OpenAPI 3.1 document.
 * @throws Error if an operation names a problem or a tag that there is not, or two schemas have one name
 */
export function toOpenApi(api: ApiDescription) {
  const { title, description, tags, operations } = api;
  const components = createComponents({ ...commonProblems, ...api.problems });
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    if (!(operation.tag in tags)) throw new Error(`${operation.id}: there is no tag ${operation.tag}`);
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }

  function describeOperation(operation: Operation) {
    const { id, tag, summary, params, query, headers, body, examples } = operation;
    return {
      operationId: id,
      tags: [tag],
      summary,
      parameters: [
        ...components.parameters('path', params),
        ...components.parameters('query', query),
        ...components.parameters('header', headers),
        components.requestIdParameter,
      ],
      ...(body && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: components.schema(body, 'input'), ...(examples && { examples }) } },
        },
      }),
      responses: { ...describeAnswers(operation), ...describeProblems(operation) },
    };
  }

  function describeAnswers({ answers }: Operation) {
    const described = Object.entries(answers).map(([status, { description, schema, examples, text, headers }]) => {
      const content = {
        ...(schema && {
          'application/json': { schema: components.schema(schema, 'output'), ...(examples && { examples }) },
        }),
        ...Object.fromEntries((text ?? []).map((mediaType) => [mediaType, { schema: { type: 'string' } }])),
      };
      const hasContent = Object.keys(content).length > 0;
      return [status, { description, headers: components.headers(headers), ...(hasContent && { content }) }] as const;
    });
    return Object.fromEntries(described);
  }

  function describeProblems(operation: Operation) {
    const names = listProblems(operation);
    const more = Object.entries(operation.problemExamples ?? {});
    const statuses = [...new Set(names.map((name) => components.problem(name).status))];
    const described = statuses.map((status) => {
      const own = names.filter((name) => components.problem(name).status === status);
      const examples = Object.fromEntries(more.filter(([, { value }]) => value.status === status));
      return [status, components.problemResponse(own, examples)] as const;
    });
    return Object.fromEntries(described);
  }

  return {
    openapi: '3.1.0',
    info: { title, description: `${description} ${textRule}`, version: '1' },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: components.all,
  };
}

/** The names of all problems that the call can answer with. */
export function listProblems({ params, query, headers, body, problems = [], neverFails }: Operation): string[] {
  return [
    ...(params || query || body ? ['malformed-request'] : []),
    ...(params || query || headers || body ? ['validation-failed'] : []),
    ...(body ? ['payload-too-large', 'unsupported-media-type'] : []),
    ...problems,
    ...(neverFails ? [] : ['internal-error', 'service-unavailable']),
  ];
}

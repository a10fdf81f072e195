import { z } from 'zod';
import { problemDocument, problemMediaType } from './problem.ts';

/** One call of an API, described with the schemas that validate it. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With parameters as OpenAPI writes them: `/orders/{id}`. */
  path: string;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** The answers by status: JSON, unless `mediaType` says otherwise; those without a schema are problem documents. */
  answers: Record<number, { description: string; schema?: z.ZodType; mediaType?: string }>;
}

export interface ApiDescription {
  title: string;
  description: string;
  operations: readonly Operation[];
}

/** The API as an OpenAPI 3.1 document. */
export function toOpenApi({ title, description, operations }: ApiDescription) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toPathItem(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title, description, version: '1' },
    paths,
    components: { schemas: { Problem: toSchema(problemDocument, 'output') } },
  };
}

function toPathItem({ summary, params, query, headers, body, answers }: Operation) {
  return {
    summary,
    parameters: [...toParameters('path', params), ...toParameters('query', query), ...toParameters('header', headers)],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: toSchema(body, 'input') } } },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { description, schema, mediaType = 'application/json' }]) => [
        status,
        {
          description,
          content: schema
            ? { [mediaType]: { schema: toSchema(schema, 'output') } }
            : { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  };
}

function toParameters(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined) {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: toSchema(field as z.ZodType, 'input'),
  }));
}

function toSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return jsonSchema;
}

/** The answers of a call that can be wrong in the usual ways. */
export const badRequestAnswers = {
  400: { description: 'The request cannot be read or does not meet the contract; `errors` names each wrong field' },
} satisfies Operation['answers'];

export const badBodyAnswers = {
  ...badRequestAnswers,
  413: { description: 'The body is larger than 16 kB' },
  415: { description: 'The body is not application/json' },
} satisfies Operation['answers'];

/** The calls that every service answers. */
export const commonOperations: Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive',
    answers: { 200: { description: 'It is', schema: z.object({ status: z.literal('alive') }) } },
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether the service can do its work: its database is reachable and migrated',
    answers: {
      200: { description: 'It can', schema: z.object({ status: z.literal('ready') }) },
      503: { description: 'It cannot' },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'The metrics of the process, in the text format of Prometheus',
    answers: { 200: { description: 'Each with its meaning' } },
  },
];

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Examples } from './openapi.ts';
import {
  type ProblemTable,
  type ProblemType,
  problemDocument,
  problemMediaType,
  toProblemDocument,
} from './problem.ts';

type JsonObject = Record<string, unknown>;

/** What the calls of an OpenAPI document share, each part once: schemas that have an id, and the answers of problems. */
export function createComponents(problems: ProblemTable) {
  const all = {
    schemas: {} as JsonObject,
    responses: {} as JsonObject,
    // Also of a problem that no call of the document has: every type can be looked up.
    examples: Object.fromEntries(Object.entries(problems).map(([name, type]) => [name, toExample(name, type)])),
    parameters: { RequestId: requestIdParameter },
    headers: { 'x-request-id': requestId, 'Retry-After': retryAfter } as JsonObject,
  };
  const requestIdHeader = { 'x-request-id': { $ref: '#/components/headers/x-request-id' } };

  /** The schema in JSON: a reference, if it has an id. */
  function schema(zodSchema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const {
      $schema: _,
      $defs = {},
      ...own
    } = moveReferences(z.toJSONSchema(zodSchema, { io, unrepresentable: 'any' }));
    for (const [id, definition] of Object.entries($defs)) {
      if (id in all.schemas && !isDeepStrictEqual(all.schemas[id], definition)) throw new Error(`two schemas ${id}`);
      all.schemas[id] = definition;
    }
    return own;
  }

  function fields(zodObject: z.ZodObject | undefined, io: 'input' | 'output') {
    const { properties = {}, required = [] } = zodObject
      ? (schema(zodObject, io) as z.core.JSONSchema.ObjectSchema)
      : {};
    return Object.entries(properties).map(([name, property]) => {
      const { description, ...fieldSchema } = property as JsonObject;
      return { name, required: required.includes(name), ...(description ? { description } : {}), schema: fieldSchema };
    });
  }

  function problem(name: string): ProblemType {
    const type = problems[name];
    if (!type) throw new Error(`there is no problem ${name}`);
    return type;
  }

  function describeProblemResponse(names: readonly string[], more: Examples) {
    const types = names.map(problem);
    const examples = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]));
    const isToBeRepeated = types.some(({ retryAfterS }) => retryAfterS !== undefined);
    return {
      description: types.map(({ title }, index) => `- \`${names[index]}\`: ${title}`).join('\n'),
      headers: {
        ...requestIdHeader,
        ...(isToBeRepeated && { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }),
      },
      content: {
        [problemMediaType]: { schema: schema(problemDocument, 'output'), examples: { ...examples, ...more } },
      },
    };
  }

  return {
    all,
    requestIdParameter: { $ref: '#/components/parameters/RequestId' },
    schema,
    problem,

    parameters: (place: 'path' | 'query' | 'header', zodObject: z.ZodObject | undefined) =>
      fields(zodObject, 'input').map(({ name, required, ...field }) => ({
        name: place === 'header' ? toHeaderName(name) : name,
        in: place,
        required: place === 'path' || required,
        ...field,
      })),

    headers(zodObject: z.ZodObject | undefined) {
      const own = fields(zodObject, 'output').map(({ name, ...header }) => {
        all.headers[name] = header;
        return [name, { $ref: `#/components/headers/${name}` }] as const;
      });
      return { ...requestIdHeader, ...Object.fromEntries(own) };
    },

    /** The answer that is one of these problems; with more examples than one for each it is no shared one. */
    problemResponse(names: readonly string[], more: Examples) {
      const response = describeProblemResponse(names, more);
      if (Object.keys(more).length > 0) return response;
      all.responses[names.join('.')] = response;
      return { $ref: `#/components/responses/${names.join('.')}` };
    },
  };
}

const requestId = {
  required: true,
  description: 'What the request is called in logs, and in the calls that follow from it',
  schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
};

const requestIdParameter = {
  name: 'x-request-id',
  in: 'header',
  description: 'What the request is to be called: 1 to 128 printable ASCII characters; anything else is replaced',
  schema: { type: 'string' },
};

const retryAfter = {
  required: true,
  description: 'After how many seconds to ask again',
  schema: { type: 'string', pattern: '^\\d+$' },
};

function toExample(name: string, type: ProblemType) {
  return { summary: type.title, description: type.remedy, value: toProblemDocument(name, type) };
}

/** As it is written in documents: Node knows headers in lower case only. */
function toHeaderName(name: string): string {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

function moveReferences(json: z.core.JSONSchema.JSONSchema): z.core.JSONSchema.JSONSchema {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

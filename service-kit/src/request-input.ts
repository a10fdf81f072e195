import querystring from 'node:querystring';
import type { Request } from 'express';
import type { z } from 'zod';
import { commonProblem } from './problem.ts';

/**
 * The request's JSON body as `schema` reads it.
 * @throws Problem unsupported-media-type, or validation-failed naming every wrong field
 */
export function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return validate(schema, readJson(request));
}

/** The request's JSON body, whatever it says. Throws Problem unsupported-media-type. */
export function readJson(request: Request): unknown {
  if (!request.is('application/json')) throw commonProblem('unsupported-media-type');
  return request.body;
}

/**
 * A query as Express reads it, but for bytes that are no UTF-8, which it would all read as `�`.
 * @throws URIError, which is answered with malformed-request
 */
export function parseQuery(query: string | null | undefined): querystring.ParsedUrlQuery {
  decodeURIComponent(query ?? '');
  return querystring.parse(query ?? '');
}

/** The request's query as `schema` reads it. Throws Problem validation-failed, or URIError as above. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return validate(schema, request.query);
}

/** The request's path parameters as `schema` reads them. Throws Problem validation-failed. */
export function readParams<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return validate(schema, request.params);
}

/** Throws Problem validation-failed with one entry for each wrong field; `$` is the value as a whole. */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ field: path.join('.') || '$', message }));
  throw commonProblem(
    'validation-failed',
    errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    errors,
  );
}

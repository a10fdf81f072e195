import { z } from 'zod';
import type { Examples, Operation } from './openapi.ts';

/** The most calls in one request. */
const mostRequests = 20;

/** Several calls in one request: the body of `POST /…/batch`. */
export const batchRequest = z
  .object({
    requests: z
      .array(
        z.object({
          url: z
            .string()
            .max(200)
            .regex(/^\/[\x21-\x7e]*$/, 'must be a path')
            .describe('The path of the call, which is a POST'),
          headers: z.object({ 'x-request-id': z.string().optional() }).optional(),
          body: z.unknown().describe('The body of the call'),
        }),
      )
      .min(1)
      .max(mostRequests),
  })
  .meta({ id: 'BatchRequest' });
export type BatchedRequest = z.output<typeof batchRequest>['requests'][number];

/** What each call was answered, in the order in which they were asked. */
export const batchAnswer = z
  .object({
    responses: z.array(
      z.object({
        status: z.int(),
        headers: z.object({ 'retry-after': z.string() }).optional(),
        body: z.unknown().describe('As the call by itself answers; a problem document if the status is 400 or more'),
      }),
    ),
  })
  .meta({ id: 'BatchAnswer' });
export type BatchedAnswer = z.output<typeof batchAnswer>['responses'][number];

export interface BatchPlan {
  id: string;
  tag: string;
  path: string;
  /** Of what is asked, and of what that is answered. */
  examples: { requests: Examples<z.input<typeof batchRequest>>; answers: Examples<z.output<typeof batchAnswer>> };
}

/** The call that carries several others, as documents show it. */
export function batchOperation({ id, tag, path, examples }: BatchPlan): Operation {
  return {
    id,
    tag,
    method: 'post',
    path,
    summary: `Up to ${mostRequests} of these calls in one request, each with an answer of its own`,
    body: batchRequest,
    examples: examples.requests,
    answers: {
      200: { description: 'The answers, in the same order', schema: batchAnswer, examples: examples.answers },
    },
    neverFails: true,
  };
}

import { z } from 'zod';
import type { Examples, Operation } from './openapi.ts';
import { pageOf } from './page.ts';

/** What can fail, and how. */
export interface FaultChoices {
  names: readonly string[];
  modes: readonly string[];
}

export function faultPath(names: readonly string[]) {
  return z.object({ name: z.enum(names) });
}

/** The body of `PUT /faults/{name}`: without `times` the switch stays on. */
export function faultRequest(modes: readonly string[]) {
  return z
    .object({
      mode: z.enum(modes),
      times: z
        .int()
        .min(1)
        .max(1_000_000)
        .nullable()
        .default(null)
        .describe('How often; null until it is switched off'),
      delayMs: z.int().min(0).max(600_000).default(0).describe('Of the modes `slow` and `late`'),
    })
    .meta({ id: 'FaultRequest' });
}

/** A switch as every call answers with it; `times` is how often it acts yet, null for as long as it is on. */
export const faultSwitch = z
  .object({ name: z.string(), mode: z.string(), times: z.int().nullable(), delayMs: z.int() })
  .meta({ id: 'FaultSwitch' });

/**
 * The calls that set the switches, as documents show them.
 * @param examples of `PUT /faults/{name}`
 */
export function faultOperations({ names, modes }: FaultChoices, examples: Examples = {}): Operation[] {
  // Without FAULTS=on.
  const problems = ['route-not-found'];
  return [
    {
      id: 'setFault',
      tag: 'faults',
      method: 'put',
      path: '/faults/{name}',
      summary: 'Make something fail on purpose, so often or until it is switched off',
      params: faultPath(names),
      body: faultRequest(modes),
      examples,
      answers: { 200: { description: 'The switch', schema: faultSwitch } },
      problems,
    },
    {
      id: 'listFaults',
      tag: 'faults',
      method: 'get',
      path: '/faults',
      summary: 'The switches that are on',
      answers: { 200: { description: 'The switches', schema: pageOf(faultSwitch) } },
      problems,
    },
    {
      id: 'clearFaults',
      tag: 'faults',
      method: 'delete',
      path: '/faults',
      summary: 'Switch everything off',
      answers: { 204: { description: 'Nothing fails on purpose any more' } },
      problems,
    },
  ];
}

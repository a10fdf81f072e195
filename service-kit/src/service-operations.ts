import { z } from 'zod';
import type { Operation } from './openapi.ts';
import { problemOperation } from './problem-pages.ts';

/** The tags of the calls below, and of those that make a service fail. */
export const commonTags = {
  faults: 'Switches that make things fail on purpose, with `FAULTS=on`',
  service: 'The service itself',
};

/** The calls that every service answers. */
export const commonOperations: Operation[] = [
  {
    id: 'getHealth',
    tag: 'service',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive',
    answers: { 200: { description: 'It is', schema: z.object({ status: z.literal('alive') }) } },
    neverFails: true,
  },
  {
    id: 'getReadiness',
    tag: 'service',
    method: 'get',
    path: '/readyz',
    summary: 'Whether the service can do its work: its database is reachable and migrated',
    answers: { 200: { description: 'It can', schema: z.object({ status: z.literal('ready') }) } },
  },
  {
    id: 'getMetrics',
    tag: 'service',
    method: 'get',
    path: '/metrics',
    summary: 'The metrics of the process, in the text format of Prometheus',
    answers: { 200: { description: 'Each with its meaning', text: ['text/plain'] } },
    neverFails: true,
  },
  {
    id: 'getApiDocument',
    tag: 'service',
    method: 'get',
    path: '/openapi/v1.json',
    summary: 'This document',
    answers: { 200: { description: 'An OpenAPI 3.1 document', schema: z.looseObject({ openapi: z.string() }) } },
    neverFails: true,
  },
  {
    id: 'getDocs',
    tag: 'service',
    method: 'get',
    path: '/docs',
    summary: 'This document as a page to read and to try',
    answers: { 200: { description: 'A page', text: ['text/html'] } },
    neverFails: true,
  },
  problemOperation,
];

import type { Operation } from 'service-kit/openapi';
import { z } from 'zod';
import { booksExamples } from '../audit/audit-examples.ts';
import { auditVerdict } from '../audit/audit-messages.ts';
import { orderStatuses } from '../order-schema.ts';
import { sagaStatuses } from '../saga/saga-events.ts';

const units = z.int();
const product = z.object({ id: z.string(), available: units, stocked: units, reserved: units });

/** The books at a glance: what each service has, unjudged. Its parts are read at moments of their own. */
export const books = z.object({
  at: z.iso.datetime(),
  orders: z.record(z.enum(orderStatuses), z.int()),
  completed: z.number().describe('The amounts of the COMPLETED orders'),
  sagas: z.record(z.enum(sagaStatuses), z.int()),
  payment: z.object({
    reachable: z.boolean(),
    charged: z.number().nullable().describe('All that was ever charged; null if it is not reachable'),
    refunded: z.number().nullable(),
  }),
  inventory: z.object({
    reachable: z.boolean(),
    productCount: z.int().nullable().describe('All there are; null if it is not reachable'),
    products: z.array(product).describe('The first fifty by id'),
  }),
  lastAudit: auditVerdict.nullable().describe('Null before the first audit'),
});
export type Books = z.output<typeof books>;

/** The call, as the documents show it. */
export const booksOperation: Operation = {
  id: 'getBooks',
  tag: 'audit',
  method: 'get',
  path: '/books',
  summary: 'What the three services have on their books, and the verdict of the last audit',
  answers: {
    200: {
      description: 'The books, not older than a second or, where reading takes long, twenty readings',
      schema: books,
      examples: booksExamples,
    },
  },
};

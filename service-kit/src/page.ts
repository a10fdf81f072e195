import { z } from 'zod';
import { wholeNumber } from './config.ts';
import { uuid } from './ids.ts';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

const cursorMeaning = 'The `nextCursor` of the page before';

/** The query of a list whose items are keyed by UUID: `limit` 1 to 100 (20 if absent) and the last page's `nextCursor`. */
export const pageQuery = pageQueryUpTo(100);
export type PageQuery = z.output<typeof pageQuery>;

/** The same with another largest `limit`. */
export function pageQueryUpTo(maxLimit: number) {
  return z.object({
    limit: wholeNumber(1, maxLimit).default(20).describe('How many items at most; 20 if absent'),
    cursor: uuid.optional().describe(cursorMeaning),
  });
}

/** The query of a list whose items are keyed by text; without a `limit` a page is as long as it can be. */
export function textPageQueryUpTo(maxLimit: number) {
  return z.object({
    limit: wholeNumber(1, maxLimit).default(maxLimit).describe(`How many items at most; ${maxLimit} if absent`),
    cursor: textCursor.optional().describe(cursorMeaning),
  });
}
export type TextPageQuery = z.output<ReturnType<typeof textPageQueryUpTo>>;

/** The text in hexadecimal digits, so that any text goes into a URL as it is. NUL is none that a database takes. */
const textCursor = z
  .string()
  .max(1000)
  .regex(/^((?!00)[\da-f]{2})+$/, 'must be the nextCursor of a page')
  .meta({ examples: ['6b697465'] })
  .transform((digits) => Buffer.from(digits, 'hex').toString());

export function toTextCursor(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** The wire shape of a page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page') });
}

/**
 * Makes a page of `limit` items from up to `limit + 1` rows: the extra row only tells that there is a next page.
 * @param key the field that holds what the items are keyed by
 * @param toCursor how the key goes into a URL; as it is, unless told otherwise
 */
export function toPage<Item extends Record<Key, string>, Key extends string = 'id'>(
  rows: Item[],
  limit: number,
  key = 'id' as Key,
  toCursor = (text: string) => text,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? toCursor(last[key]) : null };
}

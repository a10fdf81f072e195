import { z } from 'zod';
import { wholeNumber } from './config.ts';
import { uuid } from './ids.ts';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The query of a list whose items are keyed by UUID: `limit` 1 to 100 (20 if absent) and the last page's `nextCursor`. */
export const pageQuery = pageQueryUpTo(100);
export type PageQuery = z.output<typeof pageQuery>;

/** The same with another largest `limit`. */
export function pageQueryUpTo(maxLimit: number) {
  return z.object({
    limit: wholeNumber(1, maxLimit).default(20).describe('How many items at most; 20 if absent'),
    cursor: uuid.optional().describe('The `nextCursor` of the page before'),
  });
}

/** The wire shape of a page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page') });
}

/**
 * Makes a page of `limit` items from up to `limit + 1` rows: the extra row only tells that there is a next page.
 * @param key the field that holds an item's UUID
 */
export function toPage<Item extends Record<Key, string>, Key extends string = 'id'>(
  rows: Item[],
  limit: number,
  key = 'id' as Key,
): Page<Item> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.[key] ?? null) : null };
}

import { newId } from '../src/ids.ts';
import { pageQuery, toPage } from '../src/page.ts';

const rows = Array.from({ length: 4 }, () => ({ id: newId() }));

test('a page without a query holds 20 items and starts at the beginning', () => {
  expect(pageQuery.parse({})).toEqual({ limit: 20 });
});

test.each(['1', '20', '100'])('a limit of %s is taken', (limit) => {
  expect(pageQuery.parse({ limit, cursor: rows[0]?.id })).toEqual({ limit: Number(limit), cursor: rows[0]?.id });
});

test.each([
  ['limit', '0'],
  ['limit', '101'],
  ['limit', '-1'],
  ['limit', '1.5'],
  ['limit', '1e2'],
  ['limit', ''],
  ['limit', 'all'],
  ['limit', ['1', '2']],
  ['cursor', 'next'],
  ['cursor', ''],
  ['cursor', ['a']],
])('%s=%j is refused', (name, value) => {
  expect(pageQuery.safeParse({ [name]: value }).error?.issues[0]?.path).toEqual([name]);
});

test('a page with more rows after it ends in the cursor of its last item', () => {
  expect(toPage(rows, 3)).toEqual({ items: rows.slice(0, 3), nextCursor: rows[2]?.id });
});

test.each([4, 5])('the last page has no cursor (limit %d of 4 rows)', (limit) => {
  expect(toPage(rows, limit)).toEqual({ items: rows, nextCursor: null });
});

test('an empty list is one empty page', () => {
  expect(toPage([], 20)).toEqual({ items: [], nextCursor: null });
});

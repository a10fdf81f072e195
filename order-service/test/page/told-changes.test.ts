import type { Audit, Books } from '../../page/service-api.ts';
import { areOutdated, earlierOf, fromScratch, laterOf, missedSince } from '../../page/told-changes.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const booksOf = (second: number) => ({ at: at(second) }) as Books;
const auditOf = (second: number, durationMs: number) => ({ startedAt: at(second), durationMs }) as Audit;

test('whoever was told of nothing reads everything, and wins over every time', () => {
  expect(missedSince(fromScratch)).toBe(fromScratch);
  expect(earlierOf(at(1), fromScratch)).toBe(fromScratch);
  expect(laterOf(fromScratch, at(1))).toBe(at(1));
});

test('an event that a statement of 10 s is told of after newer ones is read again', () => {
  const lastTold = laterOf(laterOf(fromScratch, at(40)), at(30));
  expect(lastTold).toBe(at(40));
  expect(missedSince(lastTold) < at(30)).toBe(true);
});

test('books are outdated until they were read after the last change', () => {
  expect(areOutdated(booksOf(10), fromScratch, null)).toBe(false);
  expect(areOutdated(booksOf(9), at(10), null)).toBe(true);
  expect(areOutdated(booksOf(12), at(10), null)).toBe(false);
});

test('a statement that began before the books were read may have ended after it', () => {
  expect(areOutdated(booksOf(10), at(10), null)).toBe(true);
});

test('books are outdated until they were read after the audit that was asked for', () => {
  expect(areOutdated(booksOf(12), at(1), auditOf(10, 3_000))).toBe(true);
  expect(areOutdated(booksOf(14), at(1), auditOf(10, 3_000))).toBe(false);
});

import type { Audit, Books } from './service-api.ts';

/** Earlier than every time: everything is read anew. Times are those of the databases, as ISO texts, which sort as times do. */
export const fromScratch = '';

/** How long before it is told of an event may bear its time: a statement may take 10 s, and its telling a while. */
const slackMs = 15_000;
/** An event bears the time at which its statement began: by then it can be read, but for few, which the next check finds. */
const settleMs = 1_000;

export function earlierOf(one: string, other: string): string {
  return one < other ? one : other;
}

export function laterOf(one: string, other: string): string {
  return one < other ? other : one;
}

/** Since when there may be events that were told to nobody here: `lastTold` is the newest time that was. */
export function missedSince(lastTold: string): string {
  return lastTold === fromScratch ? fromScratch : after(lastTold, -slackMs);
}

/** Whether the books were read before the last change that is known, or before the end of the audit asked for here. */
export function areOutdated(books: Books, lastTold: string, audit: Audit | null): boolean {
  const audited = audit ? after(audit.startedAt, audit.durationMs) : fromScratch;
  const lastChange = laterOf(lastTold, audited);
  return lastChange !== fromScratch && books.at < after(lastChange, settleMs);
}

function after(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

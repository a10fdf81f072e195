import { AsyncLocalStorage } from 'node:async_hooks';

/** How long one request may wait for the database, all its statements together. */
interface Budget {
  totalMs: number;
  spentMs: number;
  /** Statements under way: what goes on at the same time is spent once. */
  underWay: number;
  underWaySinceMs: number;
}

const budgets = new AsyncLocalStorage<Budget | undefined>();

/** Runs `work`, whose statements may take no longer than this together. */
export function withDatabaseBudget<T>(totalMs: number, work: () => T): T {
  return budgets.run({ totalMs, spentMs: 0, underWay: 0, underWaySinceMs: 0 }, work);
}

/** Runs `work`, which goes on by itself when the request that it began in is answered. */
export function withoutDatabaseBudget<T>(work: () => T): T {
  return budgets.run(undefined, work);
}

/** How long a statement may take at most: where a client waits for an answer, and where none does. */
export interface StatementTimeouts {
  requestMs: number;
  backgroundMs: number;
}

/**
 * Asks the database something, and takes the time that it takes from the budget of the request, if there is one.
 * @param ask told how long it may take
 */
export async function spendBudget<T>(
  { requestMs, backgroundMs }: StatementTimeouts,
  ask: (timeoutMs: number) => Promise<T>,
): Promise<T> {
  const budget = budgets.getStore();
  if (!budget) return ask(backgroundMs);
  if (budget.underWay === 0) budget.underWaySinceMs = performance.now();
  budget.underWay += 1;
  try {
    return await ask(Math.min(requestMs, budget.totalMs - budget.spentMs - msUnderWay(budget)));
  } finally {
    budget.underWay -= 1;
    if (budget.underWay === 0) budget.spentMs += msUnderWay(budget);
  }
}

function msUnderWay({ underWaySinceMs }: Budget): number {
  return performance.now() - underWaySinceMs;
}

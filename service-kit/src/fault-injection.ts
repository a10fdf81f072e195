import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response, Router } from 'express';
import type { Database } from './database.ts';
import { describeError } from './error-description.ts';
import { createFaultSwitches } from './fault-switches.ts';
import type { Logger } from './logger.ts';
import { type ProblemTable, problemsOf } from './problem.ts';

/** How an operation can fail on purpose. */
export const operationFaultModes = [
  'reject',
  'error',
  'unavailable',
  'slow',
  'hang',
  'drop-reply',
  'late',
  'crash-before',
  'crash-after',
] as const;

/** How an operation answers that was told to fail. */
export const faultProblems = {
  'fault-injected': {
    status: 409,
    title: 'Refused, as a fault switch says',
    remedy: 'Nothing was done. Switch it off with `DELETE /faults`.',
  },
  'fault-error': {
    status: 500,
    title: 'Failed, as a fault switch says',
    remedy: 'What was asked for may be done later, if the mode is `late`. Switch it off with `DELETE /faults`.',
  },
  'fault-unavailable': {
    status: 503,
    title: 'Not available, as a fault switch says',
    remedy: 'Nothing was done. Ask again, or switch it off with `DELETE /faults`.',
    retryAfterS: 1,
  },
} as const satisfies ProblemTable;
const faultProblem = problemsOf(faultProblems);

export interface FaultInjection<Name extends string> {
  /** Applies an operation that `response` is going to tell of, or lets it fail as its switch says. */
  inject<T>(name: Name, response: Response, apply: () => Promise<T>): Promise<T>;
  routes: Router;
  /** Gives up what hangs and what would be applied late. */
  drain(): Promise<void>;
}

export interface FaultInjectionOptions<Name extends string> {
  enabled: boolean;
  /** The operations that can fail. */
  names: readonly Name[];
  logger: Logger;
}

/** Makes operations fail on purpose. Where this is not enabled, they are applied and nothing else. */
export function createFaultInjection<Name extends string>(
  db: Database,
  { enabled, names, logger }: FaultInjectionOptions<Name>,
): FaultInjection<Name> {
  const { take, routes } = createFaultSwitches(db, { enabled, names, modes: operationFaultModes });
  const draining = new AbortController();

  function crash(name: string): never {
    logger.error(`crash at ${name}, as a fault switch says`);
    process.exit(1);
  }

  async function applyLate(name: string, delayMs: number, apply: () => Promise<unknown>): Promise<void> {
    try {
      await sleep(delayMs, undefined, { ref: false, signal: draining.signal });
      await apply();
      logger.info(`${name} applied late`);
    } catch (error) {
      logger.error(`${name} not applied late`, { error: describeError(error) });
    }
  }

  async function inject<T>(name: Name, response: Response, apply: () => Promise<T>): Promise<T> {
    const fault = await take(name);
    if (!fault) return apply();
    logger.warn(`fault at ${name}: ${fault.mode}`);
    switch (fault.mode) {
      case 'reject':
        throw faultProblem('fault-injected');
      case 'error':
        throw faultProblem('fault-error');
      case 'unavailable':
        throw faultProblem('fault-unavailable');
      case 'slow':
        await sleep(fault.delayMs, undefined, { ref: false });
        return apply();
      case 'hang':
        await once(response, 'close', { signal: draining.signal }).catch(() => response.destroy());
        return new Promise(() => {});
      case 'drop-reply':
        return apply().finally(() => response.destroy());
      case 'late':
        void applyLate(name, fault.delayMs, apply);
        throw faultProblem('fault-error');
      case 'crash-before':
        return crash(name);
      case 'crash-after':
        return apply().finally(() => crash(name));
      default:
        throw new Error(`no fault mode ${fault.mode}`);
    }
  }

  return {
    inject: enabled ? inject : (_name, _response, apply) => apply(),
    routes,
    drain: async () => draining.abort(),
  };
}

import { nextMove } from '../../src/saga/next-move.ts';
import type { NewSagaEvent } from '../../src/saga/saga-events.ts';
import { after, buildLog, called, planOf, succeeded } from './log-builder.ts';

/** A saga that pays and picks: what may be in its log, and what may be done next. */
export const steps = ['pay', 'pick'];
export const plan = planOf(steps);

export const paid = [called('pay'), succeeded('pay')];
export const picked = [called('pick'), succeeded('pick')];

/** The next move after these events, a second after the saga began. */
export const move = (...events: NewSagaEvent[]) => nextMove(plan, buildLog(steps, ...events), after(1000));
export const call = (step: string, attempt = 1, spending = attempt) =>
  ({ type: 'call', direction: 'action', step, attempt, spending }) as const;
export const undo = (step: string, attempt = 1, spending = attempt) =>
  ({ type: 'call', direction: 'compensation', step, attempt, spending }) as const;
export const record = (event: NewSagaEvent) => ({ type: 'record', event }) as const;

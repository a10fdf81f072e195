import { nextMove } from '../../src/saga/next-move.ts';
import type { NewSagaEvent, Outcome, SagaEvent } from '../../src/saga/saga-events.ts';
import { isOver } from '../../src/saga/saga-events.ts';
import { readLog } from '../../src/saga/saga-state.ts';
import { planOf, startOfTime } from './log-builder.ts';

/** What befalls one call. */
export const fates = [
  ...['answered', 'refused', 'lost', 'reply-lost', 'late'],
  ...['not-connected', 'held-back', 'crash-before', 'crash-after'],
] as const;
export type Fate = (typeof fates)[number];

/** Fates of calls that never leave. */
const unsent: readonly Fate[] = ['not-connected', 'held-back', 'crash-before'];

/** A participant's barrier: one row per saga. */
type Barrier = 'none' | 'done' | 'undone' | 'voided';

/** One run of a saga against participants that keep their contract and a world that keeps nothing. */
export interface Simulation {
  log: SagaEvent[];
  status: ReturnType<typeof readLog>['status'];
  barriers: Barrier[];
  /** Which steps' actions have left, whatever became of them. */
  sent: boolean[];
  /** Delivers every action once more that was ever sent, late or again; what was refused is possible by now. */
  deliverRest(): void;
}

/**
 * Runs a saga to its end with pure decisions and an in-memory world.
 * @param fate draws what befalls the next call; `lostEvents` how many of the last asynchronous commits a crash swallows
 */
export function simulate(steps: string[], fate: () => Fate, lostEvents: () => number): Simulation {
  const plan = planOf(steps);
  const barriers: Barrier[] = steps.map(() => 'none');
  const sent = steps.map(() => false);
  const late: number[] = [];
  let log: SagaEvent[] = [];
  let nowMs = startOfTime.getTime();

  const append = (event: NewSagaEvent) => {
    nowMs += 1;
    log = [...log, { ...event, seq: log.length + 1, at: new Date(nowMs) }];
  };
  const crash = () => {
    for (let lost = lostEvents(); lost > 0 && isAsynchronous(log.at(-1)); lost -= 1) log = log.slice(0, -1);
    append({ type: 'claimed', by: 'another' });
  };
  /** True if the action is done, whoever did it. */
  const act = (index: number) => {
    if (barriers[index] === 'none') barriers[index] = 'done';
    return barriers[index] === 'done';
  };
  const undo = (index: number) => {
    barriers[index] = barriers[index] === 'done' || barriers[index] === 'undone' ? 'undone' : 'voided';
    return true;
  };

  append({ type: 'begun', steps });
  for (let turns = 0; turns < 500; turns += 1) {
    const move = nextMove(plan, log, new Date(nowMs));
    if (move.type === 'rest') break;
    if (move.type === 'record') append(move.event);
    if (move.type === 'wait') nowMs = move.until.getTime();
    if (move.type !== 'call') continue;
    const { direction, step, attempt } = move;
    const index = steps.indexOf(step);
    const perform = direction === 'action' ? act : undo;
    const answer = (outcome: Outcome, again: boolean) =>
      append({
        type: `${direction}-answered`,
        step,
        attempt,
        outcome,
        durationMs: 1,
        reason: outcome,
        ...((again || (direction === 'compensation' && outcome !== 'succeeded')) && { retryAt: new Date(nowMs + 10) }),
      });
    const what = fate();
    append({ type: `${direction}-called`, step, attempt });
    if (direction === 'action' && !unsent.includes(what)) sent[index] = true;
    if (what === 'crash-before') crash();
    else if (what === 'crash-after') {
      perform(index);
      crash();
    } else if (what === 'not-connected') answer('not-sent', true);
    else if (what === 'held-back') answer('not-sent', false);
    else if (what === 'lost') answer('unknown', true);
    else if (what === 'late' && direction === 'action') {
      late.push(index);
      answer('unknown', true);
    } else if (what === 'reply-lost') {
      perform(index);
      answer('unknown', false);
    } else if (what === 'refused' && (direction === 'compensation' || barriers[index] === 'none')) {
      // A proxy may deliver it again, once the participant would do it.
      if (direction === 'action') late.push(index);
      answer('rejected', false);
    } else answer(perform(index) ? 'succeeded' : 'rejected', false);
    if (late.length > 0 && what === 'answered') act(late.shift() as number);
  }
  const { status } = readLog(log);
  if (!isOver(status)) throw new Error(`the saga never ended: ${status}`);
  const deliverRest = () => {
    for (const [index, isSent] of sent.entries()) if (isSent) act(index);
  };
  return { log, status, barriers, sent, deliverRest };
}

function isAsynchronous(event: SagaEvent | undefined): boolean {
  return event !== undefined && /-(called|answered)$/.test(event.type);
}

import type { SagaDefinition } from './saga-definition.ts';
import type { Direction, Failure, NewSagaEvent, SagaEvent } from './saga-events.ts';
import { IllegalLog, nextStep, owedCompensations, readLog, type SagaState, type StepState } from './saga-state.ts';

/** What a driver has to do next. */
export type Move =
  /** Nothing: the saga is over. */
  | { type: 'rest' }
  /** Call the participant of the step: its attempt so and so, and which of the budget that is (both from 1). */
  | { type: 'call'; direction: Direction; step: string; attempt: number; spending: number }
  /** Write a decision to the log: failed, parked or ended. */
  | { type: 'record'; event: NewSagaEvent }
  /** Nothing before this time. */
  | { type: 'wait'; until: Date };

type Plan = Pick<SagaDefinition<never>, 'steps' | 'deadlineMs'>;

/**
 * The one decision of the engine: what a saga with this log needs next. Pure.
 * @param now the time by the clock that timed the log
 * @throws IllegalLog as readKnownLog does, or if a call is under way: whoever takes over from a lost driver logs its claim
 *   first
 */
export function nextMove(definition: Plan, log: readonly SagaEvent[], now: Date): Move {
  const state = readKnownLog(definition, log);
  if (state.steps.some((step) => step.action.calling || step.compensation.calling)) {
    throw new IllegalLog('a call is under way');
  }
  if (state.status === 'STARTED') return forward(definition, state, now);
  if (state.status === 'COMPENSATING') return backward(definition, state, now);
  return { type: 'rest' };
}

/**
 * What the log says of its saga, if that can be driven by this definition. A saga keeps the steps that it began with: the
 * definition may have others too, and have them in another order.
 * @throws IllegalLog if no run of the definition can have written the log, or one of its steps is not in the definition
 */
export function readKnownLog(definition: Pick<Plan, 'steps'>, log: readonly SagaEvent[]): SagaState {
  const state = readLog(log);
  for (const step of state.steps) planOf(definition, step);
  return state;
}

/** What is written to a saga's log in one go, and what is to be done once it is written. */
export interface Turn {
  events: NewSagaEvent[];
  /** What the log says with them. */
  state: SagaState;
  next: Exclude<Move, { type: 'record' }>;
}

/**
 * What happened, all decisions that follow from it, and the intent to call if a call comes next: what need not be
 * written one by one, because nothing happens in between. Pure.
 * @param news what happened since the log was written
 * @param mayCall whether a call may be made now; if not, no intent is among the events
 * @throws IllegalLog as nextMove does
 */
export function planTurn(
  definition: Plan,
  log: readonly SagaEvent[],
  news: readonly NewSagaEvent[],
  now: Date,
  mayCall = true,
): Turn {
  const events: NewSagaEvent[] = [];
  const draft = [...log];
  const add = (event: NewSagaEvent) => {
    events.push(event);
    draft.push({ ...event, seq: draft.length + 1, at: now });
  };
  news.forEach(add);
  let move = nextMove(definition, draft, now);
  while (move.type === 'record') {
    add(move.event);
    move = nextMove(definition, draft, now);
  }
  if (move.type === 'call' && mayCall) {
    add({ type: `${move.direction}-called`, step: move.step, attempt: move.attempt });
  }
  return { events, state: readLog(draft), next: move };
}

function forward(definition: Plan, state: SagaState, now: Date): Move {
  const step = nextStep(state);
  if (!step) return { type: 'record', event: { type: 'ended' } };
  const { action } = step;
  const { attempts } = planOf(definition, step).action;
  if (action.final || action.spent >= attempts) return fail(step, action.reason ?? 'no attempt is left');
  const deadline = new Date(state.begunAt.getTime() + definition.deadlineMs);
  const callAt = action.retryAt && action.retryAt > now ? action.retryAt : now;
  if (callAt >= deadline) return fail(step, lateReason(action.reason), { kind: 'deadline' });
  if (callAt > now) return { type: 'wait', until: callAt };
  return call('action', step);
}

function backward(definition: Plan, state: SagaState, now: Date): Move {
  const owed = owedCompensations(state);
  if (owed.length === 0) return { type: 'record', event: { type: 'ended' } };
  const payable = owed.filter((step) => step.compensation.spent < planOf(definition, step).compensation.attempts);
  if (payable.length === 0) return { type: 'record', event: { type: 'parked' } };
  const due = payable.find(({ compensation }) => compensation.retryAt === null || compensation.retryAt <= now);
  if (due) return call('compensation', due);
  const times = payable.map(({ compensation }) => (compensation.retryAt as Date).getTime());
  return { type: 'wait', until: new Date(Math.min(...times)) };
}

function call(direction: Direction, step: StepState): Move {
  const { attempts, spent } = step[direction];
  return { type: 'call', direction, step: step.name, attempt: attempts + 1, spending: spent + 1 };
}

function fail({ name, action }: StepState, reason: string, cause: { kind?: 'deadline' } = {}): Move {
  // What succeeded does not fail, and what was never called was not sent.
  const outcome = (action.outcome ?? 'not-sent') as Failure['outcome'];
  return { type: 'record', event: { type: 'failed', step: name, outcome, reason, ...cause } };
}

function planOf(definition: Pick<Plan, 'steps'>, { name }: StepState) {
  const plan = definition.steps.find((step) => step.name === name);
  if (!plan) throw new IllegalLog(`the definition has no step ${name}`);
  return plan;
}

function lateReason(lastReason: string | null): string {
  return lastReason ? `the saga's deadline passed; before that: ${lastReason}` : "the saga's deadline passed";
}

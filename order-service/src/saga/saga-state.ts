import {
  type Answered,
  type Direction,
  type EventType,
  type Failure,
  type NewSagaEvent,
  type Outcome,
  outcomes,
  type SagaEvent,
  type SagaStatus,
} from './saga-events.ts';

/** What the log tells of one direction of a step. */
export interface CallState {
  /** Attempts ever made, and those that count against the budget. */
  attempts: number;
  spent: number;
  /** Called, and not answered yet. */
  calling: boolean;
  /** What is known of all attempts together; null while none is answered and none can have been made. */
  outcome: Outcome | null;
  /** What its logged answers alone say, whoever claimed the saga in between. */
  answered: Outcome | null;
  reason: string | null;
  /** Answered, and another attempt makes no sense. */
  final: boolean;
  retryAt: Date | null;
}

export interface StepState {
  name: string;
  action: CallState;
  compensation: CallState;
}

export interface SagaState {
  status: SagaStatus;
  steps: StepState[];
  failure: Failure | null;
  begunAt: Date;
}

/** A log that no run of the definition can have written. */
export class IllegalLog extends Error {}

/**
 * What a log says about its saga.
 * @throws IllegalLog at the first event that the state before it does not allow
 */
export function readLog(log: readonly SagaEvent[]): SagaState {
  const [first, ...rest] = log;
  if (first?.type !== 'begun' || !first.steps) throw new IllegalLog('a log starts with begun and its steps');
  const state: SagaState = {
    status: 'STARTED',
    steps: first.steps.map((name) => ({ name, action: untouched(), compensation: untouched() })),
    failure: null,
    begunAt: first.at,
  };
  for (const [index, event] of rest.entries()) {
    if (event.seq !== index + 2) throw new IllegalLog(`event ${event.seq} where ${index + 2} was due`);
    apply(state, event);
  }
  return state;
}

/** Which events may follow in each status; everything else is illegal. */
const allowed: Record<SagaStatus, readonly EventType[]> = {
  STARTED: ['claimed', 'action-called', 'action-answered', 'failed', 'ended'],
  COMPENSATING: ['claimed', 'compensation-called', 'compensation-answered', 'parked', 'retried', 'ended'],
  COMPENSATION_STUCK: ['retried', 'resolved'],
  COMPLETED: [],
  COMPENSATED: [],
  RESOLVED: [],
};

function apply(state: SagaState, event: NewSagaEvent): void {
  const check = (legal: boolean, why: string) => {
    if (!legal) throw new IllegalLog(`${event.type} in ${state.status}: ${why}`);
  };
  check(allowed[state.status].includes(event.type), 'not allowed there');
  const idle = !state.steps.some((step) => step.action.calling || step.compensation.calling);
  switch (event.type) {
    case 'claimed':
      for (const { action, compensation } of state.steps) {
        forgetCall(action);
        forgetCall(compensation);
        // The driver before may have called whatever it did not live to log; once turned back, it called no action.
        if (state.status === 'STARTED' && isUntouched(action)) action.outcome = 'unknown';
      }
      return;
    case 'action-called':
      check(event.step === nextStep(state)?.name, 'not the next step');
      check(idle, 'a call is under way');
      logCall(findStep(state, event.step).action, event.attempt, check);
      return;
    case 'compensation-called':
      check(idle, 'a call is under way');
      check(isTurn(state, event.step), 'not its turn');
      logCall(findStep(state, event.step).compensation, event.attempt, check);
      return;
    case 'action-answered':
    case 'compensation-answered': {
      const direction: Direction = event.type === 'action-answered' ? 'action' : 'compensation';
      const call = findStep(state, event.step)[direction];
      check(call.calling && call.attempts === event.attempt, 'not the attempt under way');
      call.calling = false;
      check(outcomes.includes(event.outcome), 'no outcome that is known');
      call.outcome = combine(call.outcome, outcomeOf(event));
      call.answered = combine(call.answered, outcomeOf(event));
      call.reason = event.reason ?? null;
      call.retryAt = event.retryAt ?? null;
      // A compensation is never given up by what was answered: a person may have it tried again.
      call.final = direction === 'action' && call.retryAt === null;
      return;
    }
    case 'failed':
      check(idle, 'a call is under way');
      check(event.step === nextStep(state)?.name, 'not the step that was next');
      state.status = 'COMPENSATING';
      state.failure = { step: event.step, outcome: event.outcome, reason: event.reason };
      return;
    case 'parked':
      check(idle && isExhausted(state), 'an owed compensation was not tried, or none is owed');
      state.status = 'COMPENSATION_STUCK';
      return;
    case 'retried':
      check(idle, 'a call is under way');
      state.status = 'COMPENSATING';
      for (const { compensation } of state.steps) Object.assign(compensation, { spent: 0, retryAt: null });
      return;
    case 'resolved':
      state.status = 'RESOLVED';
      return;
    case 'ended':
      check(idle, 'a call is under way');
      check(state.status !== 'STARTED' || !nextStep(state), 'steps are left');
      check(state.status !== 'COMPENSATING' || owedCompensations(state).every(isSkippable), 'compensations are owed');
      state.status = state.status === 'STARTED' ? 'COMPLETED' : 'COMPENSATED';
      return;
    default:
      check(false, 'unknown event');
  }
}

/** The first step that is not known to have succeeded; undefined when all have. */
export function nextStep(state: SagaState): StepState | undefined {
  return state.steps.find((step) => step.action.outcome !== 'succeeded');
}

/**
 * The steps whose call was sent, or may have been, and that are not known to be undone, last first. A step that was
 * rejected is one of them: whatever repeats its call may find the participant of another mind, until the compensation has
 * come.
 */
export function owedCompensations(state: SagaState): StepState[] {
  return state.steps.filter((step) => !isUntouched(step.action) && step.compensation.outcome !== 'succeeded').reverse();
}

/** Whether nothing can have reached the participant. */
function isUntouched({ outcome }: CallState): boolean {
  return outcome === null || outcome === 'not-sent';
}

/**
 * Builds that compensated no rejected step, nor one that was not sent before a claim, have left logs without that
 * compensation. Such a log can be read, or those sagas could be neither shown nor finished; what comes next is decided by
 * what is owed now.
 */
function isSkippable({ action, compensation }: StepState): boolean {
  return (action.answered === 'rejected' || action.answered === 'not-sent') && compensation.attempts === 0;
}

/** In reverse order, but past those that were tried and now wait. */
function isTurn(state: SagaState, name: string): boolean {
  for (const step of owedCompensations(state)) {
    if (step.name === name) return true;
    if (step.compensation.spent === 0 && !isSkippable(step)) return false;
  }
  return false;
}

/** Whether something is owed, and all of it was tried. */
function isExhausted(state: SagaState): boolean {
  const due = owedCompensations(state).filter((step) => !isSkippable(step));
  return due.length > 0 && due.every(({ compensation }) => compensation.spent > 0);
}

/** Builds that knew of no call that was not sent logged what an open circuit held back as rejected. */
function outcomeOf({ outcome, kind }: Answered): Outcome {
  return kind === 'not-sent' ? 'not-sent' : outcome;
}

/** By how much an attempt may have done. */
const doubts: readonly Outcome[] = ['not-sent', 'rejected', 'unknown'];

/** What all attempts together tell: that of the greatest doubt counts; a success tells all there is to know. */
function combine(before: Outcome | null, answer: Outcome): Outcome {
  if (answer === 'succeeded' || before === null) return answer;
  return doubts.indexOf(before) > doubts.indexOf(answer) ? before : answer;
}

function logCall(call: CallState, attempt: number, check: (legal: boolean, why: string) => void): void {
  check(!call.final, 'its last answer was final');
  check(attempt === call.attempts + 1, `attempt ${call.attempts + 1} was due`);
  call.attempts += 1;
  call.spent += 1;
  call.calling = true;
}

/** An attempt whose driver was lost: it may have happened. */
function forgetCall(call: CallState): void {
  if (!call.calling) return;
  call.calling = false;
  call.outcome = 'unknown';
  call.answered = 'unknown';
  call.reason = 'the driver was lost before it logged an answer';
  call.retryAt = null;
  call.final = false;
}

function findStep(state: SagaState, name: string): StepState {
  const step = state.steps.find((candidate) => candidate.name === name);
  if (!step) throw new IllegalLog(`the saga has no step ${name}`);
  return step;
}

function untouched(): CallState {
  return {
    ...{ attempts: 0, spent: 0, calling: false, outcome: null, answered: null },
    ...{ reason: null, final: false, retryAt: null },
  };
}

import type { Saga } from './service-api.ts';

export type LogEntry = Saga['log'][number];
export type Direction = 'action' | 'compensation';

/** The classes that list, diagram and log share: how something stands. */
export type State = 'succeeded' | 'rejected' | 'unknown' | 'not-sent' | 'compensating' | 'stuck' | 'pending';

/** A call that was logged and not answered. */
export interface OpenCall {
  step: string;
  direction: Direction;
  attempt: number;
}

/** An event of the log with what only the events before it can tell. */
export interface StoryEvent {
  entry: LogEntry;
  /** Since the first event, and since the one before. */
  sinceBeginMs: number;
  pauseMs: number;
  state: State;
  /** What happened, in words. */
  words: string;
  /** The call that is under way after it. */
  openCall: OpenCall | null;
  /** The call whose answer was lost with its driver. */
  lostCall: OpenCall | null;
  /** The newest fencing token: whoever takes the saga raises it. */
  token: number;
  /** Whether the saga has turned back. */
  backward: boolean;
  /** What the participant's row may say after an answer; null where nothing of it is known. */
  rowAfter: string[] | null;
}

interface StepWords {
  action: string;
  compensation: string;
  /** The status of the participant's row after the one and after the other. */
  done: string;
  undone: string;
}

const stepWords: Record<string, StepWords> = {
  payment: { action: 'charge', compensation: 'refund', done: 'CHARGED', undone: 'REFUNDED' },
  inventory: { action: 'reserve', compensation: 'release', done: 'RESERVED', undone: 'RELEASED' },
};

/** The words for a step; one that is not known here goes by its name. */
export function wordsOf(step: string): StepWords {
  return stepWords[step] ?? { action: step, compensation: `undo ${step}`, done: 'DONE', undone: 'UNDONE' };
}

/** The log as a story. What is said of an event depends on nothing that comes after it. */
export function readStory(log: readonly LogEntry[]): StoryEvent[] {
  const begunAt = timeOf(log[0]);
  const story: StoryEvent[] = [];
  for (const entry of log) {
    const before = story.at(-1);
    const takes = entry.type === 'claimed' || entry.type === 'retried' || entry.type === 'resolved';
    const token = (before?.token ?? 1) + (takes ? 1 : 0);
    const lostCall = (entry.type === 'claimed' && before?.openCall) || null;
    const backward = before?.backward || entry.type === 'failed';
    story.push({
      entry,
      sinceBeginMs: timeOf(entry) - begunAt,
      pauseMs: before ? timeOf(entry) - timeOf(before.entry) : 0,
      state: stateOf(entry, backward),
      words: tell(entry, { token, lostCall, backward }),
      openCall: readOpenCall(entry),
      lostCall,
      token,
      backward,
      rowAfter: readRowAfter(entry, story),
    });
  }
  return story;
}

/** Milliseconds as people read them: `12 ms`, `1.2 s`, `2 min 5 s`. */
export function tellDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** An outcome as people read it: `not sent`. */
export function tellOutcome(outcome: string | null): string {
  return outcome?.replace('-', ' ') ?? '';
}

/** A call by its name: `charge`, `refund, attempt 2`. */
export function nameCall({ step, direction, attempt }: OpenCall): string {
  return `${wordsOf(step)[direction]}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

/** The call that an entry is about, or null. */
export function readCall({ type, step, attempt }: LogEntry): OpenCall | null {
  const direction = type.startsWith('action-') ? 'action' : type.startsWith('compensation-') ? 'compensation' : null;
  return direction && step && attempt ? { step, direction, attempt } : null;
}

function readOpenCall(entry: LogEntry): OpenCall | null {
  return entry.type.endsWith('-called') ? readCall(entry) : null;
}

/** A rejection tells nothing of what attempts before it did, and an error nothing of its own. */
function readRowAfter(entry: LogEntry, before: readonly StoryEvent[]): string[] | null {
  const { step, type, outcome } = entry;
  if (!step || outcome !== 'succeeded') return null;
  const { done, undone } = wordsOf(step);
  if (type === 'action-answered') return [done];
  const wasDone = before.some(({ entry }) => {
    return entry.type === 'action-answered' && entry.step === step && entry.outcome === 'succeeded';
  });
  return wasDone ? [undone] : [undone, 'VOIDED'];
}

function stateOf({ type, outcome }: LogEntry, backward: boolean): State {
  if (type === 'parked') return 'stuck';
  if (type === 'failed') return 'compensating';
  if (type === 'ended' || type === 'resolved') return backward ? 'compensating' : 'succeeded';
  if (outcome) return outcome;
  return backward ? 'compensating' : 'pending';
}

/** Ways in which no answer came, so that nobody knows whether the participant did what it was asked. */
const silences: Record<string, string> = {
  timeout: 'no answer came in time',
  network: 'the connection was refused or lost',
};

/** Whether the participant's answer did not arrive. */
export function isSilence({ kind, outcome }: LogEntry): boolean {
  return outcome !== 'not-sent' && String(kind) in silences;
}

/** Whether nothing left order-service. An older one logged as rejected what its circuit held back. */
export function isHeldBack({ kind, outcome, ...entry }: LogEntry): boolean {
  return kind === 'not-sent' || (outcome === 'not-sent' && entry['httpStatus'] === undefined);
}

function tell(entry: LogEntry, { token, lostCall, backward }: Pick<StoryEvent, 'token' | 'lostCall' | 'backward'>) {
  const call = readCall(entry);
  const by = String(entry['by'] ?? 'nobody known');
  switch (entry.type) {
    case 'begun':
      return 'The order is committed as PENDING and its saga as STARTED, in one transaction';
    case 'claimed': {
      if (entry.reason === 'due') return `Taken up again by ${by} for its next attempt, with fencing token ${token}`;
      const lost = lostCall ? `; the answer to ${nameCall(lostCall)} reached nobody` : '';
      return `Taken over by ${by} with fencing token ${token}${lost}`;
    }
    case 'failed':
      return `The saga turns back at ${entry.step}: the order is CANCELLED, and every step that was sent will be compensated`;
    case 'parked':
      return 'The attempts to undo are used up: the saga is stuck until a person retries or resolves it';
    case 'retried':
      return `Retried by ${by}, with fresh attempts and fencing token ${token}`;
    case 'resolved':
      return `Closed by hand by ${by}`;
    case 'ended':
      return backward
        ? 'Everything is undone: the saga is COMPENSATED'
        : 'Every step is done: the order and its saga are COMPLETED, in one transaction';
    default:
      return call ? tellCall(entry, call) : entry.type;
  }
}

function tellCall(entry: LogEntry, call: OpenCall): string {
  const name = nameCall(call);
  const doubt = call.direction === 'action' ? 'it may have happened' : 'it may be undone or not';
  if (!entry.outcome) return `${call.step} is asked to ${name}`;
  if (entry.outcome === 'succeeded') return `${call.step} answers ${name}: done`;
  if (isHeldBack(entry)) return `${name} is not sent: nothing happened`;
  if (entry.outcome === 'not-sent') return `${call.step} does not let ${name} in: nothing happened`;
  if (entry.outcome === 'rejected') return `${call.step} answers ${name}: no, nothing was done`;
  if (isSilence(entry)) return `${call.step} is silent about ${name}: ${silences[String(entry['kind'])]}, ${doubt}`;
  return `${call.step} answers ${name} with an error: ${doubt}`;
}

function timeOf(entry: LogEntry | undefined): number {
  return entry ? Date.parse(entry.at) : 0;
}

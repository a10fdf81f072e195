import {
  isHeldBack,
  isSilence,
  nameCall,
  type OpenCall,
  readCall,
  type State,
  type StoryEvent,
  tellDuration,
  tellOutcome,
  wordsOf,
} from './saga-story.ts';
import { type LaneLayout, laneOf, rowsLaneOf } from './sequence-lanes.ts';

/** One event of the log, or what is going on after it. Lengths are in pixels. */
export interface SequenceRow {
  /** The number of its event; null for what is going on. */
  seq: number | null;
  y: number;
  height: number;
  /** Since the first event. */
  time: string;
  /** How long nothing had happened, where that is worth a line. */
  pause: string | null;
  state: State;
  words: string;
  arrows: Arrow[];
  texts: Text[];
  badges: Badge[];
  /** What happens at order-service itself. */
  mark: Mark | null;
}

export interface Arrow {
  from: number;
  to: number;
  y: number;
  kind: 'call' | 'answer';
  /** Whether it belongs to a compensation. */
  backward: boolean;
  fate: 'arrives' | 'lost' | 'running';
}

export interface Text {
  x: number;
  y: number;
  text: string;
  small: boolean;
}

/** What a row of a database says from then on. */
export interface Badge {
  x: number;
  y: number;
  width: number;
  text: string;
  state: State | null;
}

export interface Mark {
  kind: 'begin' | 'takeover' | 'turn-back' | 'stuck' | 'person' | 'end' | 'waiting';
  x: number;
  y: number;
}

/** What an event says that no log can tell. */
export interface RowFacts {
  orderName: string;
  /** What a participant's row says now, by step. */
  rowStatus(step: string): string | null;
}

/** Silence shorter than this is not worth a line: calls and commits take that long. */
const pauseWorthMs = 300;
const lineHeight = 17;
const arrowHeight = 13;
/** From a badge to the one below it. */
export const badgeStep = 20;

/** Writes one line below the other. */
class RowDraft {
  readonly row: SequenceRow;
  private bottom: number;
  private readonly orderX: number;

  constructor(
    readonly layout: LaneLayout,
    start: Pick<SequenceRow, 'seq' | 'y' | 'state' | 'words'> & Partial<Pick<SequenceRow, 'time' | 'pause'>>,
  ) {
    this.row = { time: '', pause: null, height: 0, arrows: [], texts: [], badges: [], mark: null, ...start };
    this.bottom = start.y + (this.row.pause ? lineHeight : 0) + 4;
    this.orderX = laneOf(layout, 'order').x;
  }

  /** A line of text beside order-service; the middle of the line. */
  write(text: string, small = false): number {
    return this.writeAt(this.orderX + this.layout.textGap, text, small);
  }

  writeAt(x: number, text: string, small = false): number {
    const { longest } = this.layout;
    const y = this.nextLine(lineHeight);
    this.row.texts.push({ x, y, text: shorten(text, small ? longest.small : longest.large), small });
    return y;
  }

  /** An arrow below what was written last; its height. */
  arrow(from: string, to: string, arrow: Omit<Arrow, 'from' | 'to' | 'y'>): number {
    const y = this.bottom + arrowHeight / 2;
    this.bottom += arrowHeight;
    this.row.arrows.push({ from: laneOf(this.layout, from).x, to: laneOf(this.layout, to).x, y, ...arrow });
    return y;
  }

  mark(kind: Mark['kind'], y: number): void {
    this.row.mark = { kind, x: this.orderX, y };
  }

  /** @param beside the height at which it stands where the rows have a lane of their own; elsewhere it is below the text */
  badge(owner: string, beside: number, status: string, label = ''): void {
    const y = this.layout.widthClass === 'wide' ? beside : this.nextLine(badgeStep);
    this.row.badges.push(makeBadge(this.layout, owner, y, status, label));
    this.bottom = Math.max(this.bottom, y + lineHeight / 2);
  }

  end(): SequenceRow {
    this.row.height = this.bottom + 6 - this.row.y;
    return this.row;
  }

  private nextLine(height: number): number {
    this.bottom += height;
    return this.bottom - height / 2;
  }
}

const statusStates: Record<string, State | null> = {
  PENDING: 'pending',
  STARTED: 'pending',
  COMPLETED: 'succeeded',
  CHARGED: 'succeeded',
  RESERVED: 'succeeded',
  COMPENSATION_STUCK: 'stuck',
  'not reachable': 'unknown',
  'no row': null,
  '…': null,
};

/** The status of a service's row as a badge; those that are not listed are of something that is being undone, or was. */
export function makeBadge(layout: LaneLayout, owner: string, y: number, status: string, label = ''): Badge {
  const text = label + status;
  const width = 12 + text.length * layout.badgeLetterWidth;
  const state = status in statusStates ? (statusStates[status] ?? null) : 'compensating';
  const x = Math.min(rowsLaneOf(layout, owner).x, layout.width - width / 2 - 1);
  return { x, y, width, text, state };
}

/** An event, placed below `y`. */
export function layOutEvent(event: StoryEvent, y: number, layout: LaneLayout, facts: RowFacts): SequenceRow {
  const { entry, state, words, sinceBeginMs, pauseMs } = event;
  const pause = pauseMs >= pauseWorthMs ? `${tellDuration(pauseMs)} later` : null;
  const draft = new RowDraft(layout, {
    seq: entry.seq,
    y,
    state,
    words,
    time: `+${tellDuration(sinceBeginMs)}`,
    pause,
  });
  const call = readCall(entry);
  if (!call) drawDecision(draft, event, facts);
  else if (entry.outcome) drawAnswer(draft, event, call, facts);
  else drawCall(draft, call);
  return draft.end();
}

/** What is going on after the last event: a call, or a wait. */
export function layOutPresent(
  open: OpenCall | null,
  text: string,
  state: State,
  y: number,
  layout: LaneLayout,
): SequenceRow {
  const draft = new RowDraft(layout, { seq: null, y, state, words: text });
  const line = draft.write(text);
  if (open) {
    draft.arrow(open.step, 'order', { kind: 'answer', backward: open.direction === 'compensation', fate: 'running' });
  } else draft.mark('waiting', line);
  return draft.end();
}

function drawCall(draft: RowDraft, call: OpenCall): void {
  const backward = call.direction === 'compensation';
  draft.write(`${backward ? '↩ ' : ''}${nameCall(call)}`);
  draft.arrow('order', call.step, { kind: 'call', backward, fate: 'arrives' });
}

const outcomeMarks = { succeeded: '✓', rejected: '⊘', unknown: '?', 'not-sent': '○' };

function drawAnswer(draft: RowDraft, event: StoryEvent, call: OpenCall, facts: RowFacts): void {
  const { entry } = event;
  if (!entry.outcome) return;
  const backward = call.direction === 'compensation';
  const name = wordsOf(call.step)[call.direction];
  const what = `${name} ${tellOutcome(entry.outcome)}`;
  draft.write(`${outcomeMarks[entry.outcome]} ${what}, ${tellDuration(entry.durationMs ?? 0)}`);
  const fate = isSilence(entry) ? 'lost' : 'arrives';
  const isAnswered = !isHeldBack(entry);
  const line = isAnswered ? draft.arrow(call.step, 'order', { kind: 'answer', backward, fate }) : draft.row.y;
  if (entry.reason) draft.write(entry.reason, true);
  const pauseMs = entry['retryAt'] ? Date.parse(String(entry['retryAt'])) - Date.parse(entry.at) : null;
  if (pauseMs !== null) draft.write(`to be tried again in ${tellDuration(pauseMs)}`, true);
  const status = statusAfter(event, call, facts);
  if (status) draft.badge(call.step, line, status);
}

/** What the participant's row says after an answer, as far as that is known. */
function statusAfter({ rowAfter }: StoryEvent, { step }: OpenCall, { rowStatus }: RowFacts): string | null {
  if (!rowAfter) return null;
  const now = rowStatus(step);
  // What is undone stays so: where the log leaves two ways, the row as it stands tells which it was.
  return rowAfter.length === 2 && now && rowAfter.includes(now) ? now : rowAfter.join(' or ');
}

interface Decision {
  mark: Mark['kind'];
  text: string;
  reason?: string | null;
  order?: string;
  saga?: string;
}

function drawDecision(draft: RowDraft, event: StoryEvent, facts: RowFacts): void {
  const { entry, lostCall, backward } = event;
  if (entry.type === 'begun') {
    draft.writeAt(draft.layout.clientTextX, facts.orderName);
    draft.arrow('client', 'order', { kind: 'call', backward: false, fate: 'arrives' });
  }
  if (lostCall) {
    draft.write(`? no answer to ${nameCall(lostCall)}`);
    const isBackward = lostCall.direction === 'compensation';
    draft.arrow(lostCall.step, 'order', { kind: 'answer', backward: isBackward, fate: 'lost' });
  }
  const { mark, text, reason, order, saga } = decide(event);
  const line = draft.write(text);
  draft.mark(mark, line);
  if (reason) draft.write(reason, true);
  if (order) draft.badge('order', line, order, 'order ');
  if (saga) draft.badge('order', order ? line + badgeStep : line, saga, 'saga ');
  if (entry.type === 'ended' || entry.type === 'parked') {
    const status = backward ? 'CANCELLED' : 'COMPLETED';
    draft.writeAt(draft.layout.clientTextX, `whoever waits is told ${status}`, true);
    draft.arrow('order', 'client', { kind: 'answer', backward: false, fate: 'arrives' });
  }
}

function decide({ entry, token, backward }: StoryEvent): Decision {
  const by = String(entry['by'] ?? 'nobody known');
  const { reason } = entry;
  switch (entry.type) {
    case 'begun':
      return { mark: 'begin', text: 'begun: both rows in one commit', order: 'PENDING', saga: 'STARTED' };
    case 'claimed':
      return reason === 'due'
        ? { mark: 'waiting', text: `next attempt is due, fencing token ${token}`, reason: `by ${by}` }
        : { mark: 'takeover', text: `taken over, fencing token ${token}`, reason: `by ${by}` };
    case 'failed': {
      const text = `turns back: ${entry.step} ${tellOutcome(entry.outcome)}`;
      return { mark: 'turn-back', text, reason, order: 'CANCELLED', saga: 'COMPENSATING' };
    }
    case 'parked':
      return { mark: 'stuck', text: 'stuck: no attempt is left', saga: 'COMPENSATION_STUCK' };
    case 'retried':
      return { mark: 'person', text: `retried, fencing token ${token}`, reason: `by ${by}`, saga: 'COMPENSATING' };
    case 'resolved':
      return { mark: 'person', text: `resolved by ${by}`, reason, saga: 'RESOLVED' };
    case 'ended':
      if (backward) return { mark: 'end', text: 'ended: all is undone', saga: 'COMPENSATED' };
      return { mark: 'end', text: 'ended: all is done', order: 'COMPLETED', saga: 'COMPLETED' };
    default:
      return { mark: 'waiting', text: entry.type };
  }
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

import { formatMoney } from './display-format.ts';
import { readStory, type State, type StoryEvent, tellDuration } from './saga-story.ts';
import { type Lane, type LaneLayout, layOutLanes, type WidthClass } from './sequence-lanes.ts';
import { type Badge, badgeStep, layOutEvent, layOutPresent, makeBadge, type SequenceRow } from './sequence-row.ts';
import type { Order, Saga, SagaRows } from './service-api.ts';

/** A saga as a picture: everything has its place and is only to be drawn. Lengths are in pixels. */
export interface SequenceDiagram {
  title: string;
  description: string;
  widthClass: WidthClass;
  width: number;
  height: number;
  lanes: Lane[];
  /** Above it are the names of the lanes, which stay in sight. */
  headHeight: number;
  lanesBottom: number;
  /** One for every event of the log, from top to bottom. */
  rows: SequenceRow[];
  /** What is going on after the last event. */
  present: SequenceRow | null;
  /** What the databases' rows say now. */
  foot: Badge[];
}

/** Above the badges of the foot, and below them. */
const footMargin = { top: 30, bottom: 22 };

/**
 * Lays a saga out as a sequence diagram. What a log begins with is laid out as if nothing came after it, so that a
 * diagram that grows does not move.
 * @param order null while it is not known
 * @param rows the participants' rows, null while they are not known
 * @param widthClass whether there is room for a lane for every database
 * @param now the time by the clock that timed the log, as near as it can be told
 */
export function layOutSequence(
  saga: Saga,
  order: Order | null,
  rows: SagaRows | null,
  widthClass: WidthClass,
  now: Date,
): SequenceDiagram {
  const story = readStory(saga.log);
  const layout = layOutLanes(readSteps(saga), widthClass);
  const orderName = order ? nameOrder(order) : 'an order';
  const rowStatus = (step: string) => findRow(rows, step)?.row?.status ?? null;
  const laidOut: SequenceRow[] = [];
  let y = layout.headHeight;
  for (const event of story) {
    const row = layOutEvent(event, y, layout, { orderName, rowStatus });
    laidOut.push(row);
    y += row.height;
  }
  const last = story.at(-1);
  const present = last ? readPresent(saga, last, y, layout, now) : null;
  const lanesBottom = y + (present?.height ?? 0) + 8;
  const foot = layOutFoot(saga, order, rows, layout, lanesBottom + footMargin.top);
  return {
    title: `Sequence diagram of ${orderName}`,
    description: `${saga.status} after ${story.length} events. ${present?.words ?? last?.words ?? ''}. The step log tells every event.`,
    widthClass,
    width: layout.width,
    height: Math.max(...foot.map(({ y }) => y)) + footMargin.bottom,
    lanes: layout.lanes,
    headHeight: layout.headHeight,
    lanesBottom,
    rows: laidOut,
    present,
    foot,
  };
}

/** The steps that the saga began with, in order. */
function readSteps({ log, steps }: Saga): string[] {
  const begun = log[0]?.['steps'];
  return Array.isArray(begun) ? begun.map(String) : steps.map(({ name }) => name);
}

function nameOrder({ quantity, itemName, amount }: Order): string {
  return `${quantity} × ${itemName} for ${formatMoney(amount)}`;
}

function readPresent(saga: Saga, last: StoryEvent, y: number, layout: LaneLayout, now: Date): SequenceRow | null {
  const { entry, openCall } = last;
  const elapsedMs = now.getTime() - Date.parse(entry.at);
  const lay = (text: string, state: State) => layOutPresent(openCall, text, state, y, layout);
  if (saga.status === 'COMPENSATION_STUCK') return lay('waits for a person', 'stuck');
  if (saga.status !== 'STARTED' && saga.status !== 'COMPENSATING') return null;
  const state = last.backward ? 'compensating' : 'pending';
  if (openCall) return lay(`… no answer yet, for ${tellDuration(elapsedMs)}`, state);
  const waitMs = entry['retryAt'] ? Date.parse(String(entry['retryAt'])) - now.getTime() : 0;
  return lay(waitMs > 0 ? `… waits for ${tellDuration(waitMs)}` : '… goes on', state);
}

/** The row of the participant whose step has that name. */
function findRow(rows: SagaRows | null, step: string): SagaRows[keyof SagaRows] | undefined {
  return rows && Object.hasOwn(rows, step) ? rows[step as keyof SagaRows] : undefined;
}

/** What a participant's row says now, in a word. */
function tellRow(rows: SagaRows | null, step: string): string {
  const found = findRow(rows, step);
  if (!found) return '…';
  return found.reachable ? (found.row?.status ?? 'no row') : 'not reachable';
}

function layOutFoot(saga: Saga, order: Order | null, rows: SagaRows | null, layout: LaneLayout, y: number): Badge[] {
  const step = layout.widthClass === 'wide' ? 0 : badgeStep;
  return [
    makeBadge(layout, 'order', y, order?.status ?? '…', 'order '),
    makeBadge(layout, 'order', y + badgeStep, saga.status, 'saga '),
    ...readSteps(saga).map((name, index) => makeBadge(layout, name, y + (index + 2) * step, tellRow(rows, name))),
  ];
}

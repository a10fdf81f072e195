import { readStory, type State, type StoryEvent, tellDuration } from './saga-story.ts';
import { type Lane, layOutLanes } from './sequence-lanes.ts';
import { type Badge, badgeStep, layOutEvent, layOutPresent, makeBadge, type SequenceRow } from './sequence-row.ts';
import type { Order, Saga, SagaRows } from './service-api.ts';

/** A saga as a picture: everything has its place and is only to be drawn. Lengths are in pixels. */
export interface SequenceDiagram {
  title: string;
  description: string;
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

const headHeight = 62;
const footHeight = 72;
/** Right of the last lane, for its badges. */
const margin = 62;

/**
 * Lays a saga out as a sequence diagram. What a log begins with is laid out as if nothing came after it, so that a
 * diagram that grows does not move.
 * @param order null while it is not known
 * @param rows the participants' rows, null while they are not known
 * @param now the time by the clock that timed the log, as near as it can be told
 */
export function layOutSequence(saga: Saga, order: Order | null, rows: SagaRows | null, now: Date): SequenceDiagram {
  const story = readStory(saga.log);
  const lanes = layOutLanes(readSteps(saga));
  const orderName = order ? nameOrder(order) : 'an order';
  const rowStatus = (step: string) => findRow(rows, step)?.row?.status ?? null;
  const laidOut: SequenceRow[] = [];
  let y = headHeight;
  for (const event of story) {
    const row = layOutEvent(event, y, lanes, { orderName, rowStatus });
    laidOut.push(row);
    y += row.height;
  }
  const last = story.at(-1);
  const present = last ? readPresent(saga, last, y, lanes, now) : null;
  const lanesBottom = y + (present?.height ?? 0) + 8;
  return {
    title: `Sequence diagram of ${orderName}`,
    description: `${saga.status} after ${story.length} events. ${present?.words ?? last?.words ?? ''}. The step log tells every event.`,
    width: Math.max(...lanes.map(({ x }) => x)) + margin,
    height: lanesBottom + footHeight,
    lanes,
    headHeight,
    lanesBottom,
    rows: laidOut,
    present,
    foot: layOutFoot(saga, order, rows, lanes, lanesBottom + 30),
  };
}

/** The steps that the saga began with, in order. */
function readSteps({ log, steps }: Saga): string[] {
  const begun = log[0]?.['steps'];
  return Array.isArray(begun) ? begun.map(String) : steps.map(({ name }) => name);
}

function nameOrder({ quantity, itemName, amount }: Order): string {
  return `${quantity} × ${itemName} for ${amount.toFixed(2)}`;
}

function readPresent(saga: Saga, last: StoryEvent, y: number, lanes: Lane[], now: Date): SequenceRow | null {
  const { entry, openCall } = last;
  const elapsedMs = now.getTime() - Date.parse(entry.at);
  const lay = (text: string, state: State) => layOutPresent(openCall, text, state, y, lanes);
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

function layOutFoot(saga: Saga, order: Order | null, rows: SagaRows | null, lanes: Lane[], y: number): Badge[] {
  return lanes.flatMap(({ id, kind, x }) => {
    if (kind === 'service') return [];
    if (id === 'order-rows') {
      return [makeBadge(x, y, order?.status ?? '…', 'order '), makeBadge(x, y + badgeStep, saga.status, 'saga ')];
    }
    const found = findRow(rows, id.replace(/-row$/, ''));
    if (!found) return [makeBadge(x, y, '…')];
    return [makeBadge(x, y, found.reachable ? (found.row?.status ?? 'no row') : 'not reachable')];
  });
}

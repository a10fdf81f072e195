/** A vertical line: somebody who calls or is called, or the row that it keeps in its database. */
export interface Lane {
  id: string;
  kind: 'service' | 'rows';
  label: string;
  x: number;
  /** Of the box that its name stands in; 0 where there is none. */
  headWidth: number;
}

/** How much room there is: where it is not enough for the databases, what their rows say stands in the lane of their service. */
export type WidthClass = 'wide' | 'narrow';

/** The lanes from left to right, and what their width leaves to everything else. Lengths are in pixels. */
export interface LaneLayout {
  widthClass: WidthClass;
  lanes: Lane[];
  width: number;
  headHeight: number;
  /** Where that begins which is written about the client. */
  clientTextX: number;
  /** Between order-service and what is written beside it. */
  textGap: number;
  /** As many characters as fit beside order-service, in large and small letters. */
  longest: { large: number; small: number };
  badgeLetterWidth: number;
}

/** The room for what is written beside the calls of the first participant; those of the others pass through it. */
const callsWidth = 268;

/** The lanes of who orders, of order-service, and of a participant for each step. */
export function layOutLanes(steps: readonly string[], widthClass: WidthClass): LaneLayout {
  return widthClass === 'wide' ? layOutWide(steps) : layOutNarrow(steps);
}

function layOutWide(steps: readonly string[]): LaneLayout {
  const service = (id: string, label: string, x: number): Lane => {
    return { id, kind: 'service', label, x, headWidth: label.length * 7.6 + 18 };
  };
  const rows = (owner: string, label: string, x: number): Lane => {
    return { id: rowsOf(owner), kind: 'rows', label, x, headWidth: 0 };
  };
  const [client, order] = [service('client', 'client', 104), service('order', 'order-service', 322)];
  const participants = steps.flatMap((step, index) => {
    const x = order.x + callsWidth + index * 204;
    return [service(step, `${step}-service`, x), rows(step, 'its row', x + 92)];
  });
  return {
    widthClass: 'wide',
    lanes: [client, rows('order', 'its database', 214), order, ...participants],
    width: (participants.at(-1) ?? order).x + 62,
    headHeight: 62,
    clientTextX: client.x + 8,
    textGap: 18,
    longest: { large: 37, small: 44 },
    badgeLetterWidth: 6.1,
  };
}

/** Two steps fit in a telephone held upright. */
function layOutNarrow(steps: readonly string[]): LaneLayout {
  const service = (id: string, x: number): Lane => {
    return { id, kind: 'service', label: id, x, headWidth: id.length * 7.3 + 12 };
  };
  const order = service('order', 88);
  const participants = steps.map((step, index) => service(step, order.x + (index + 1) * 95));
  const textGap = 16;
  return {
    widthClass: 'narrow',
    lanes: [service('client', 28), order, ...participants],
    width: Math.max(320, (participants.at(-1) ?? order).x + 42),
    headHeight: 40,
    clientTextX: order.x + textGap,
    textGap,
    longest: { large: 33, small: 34 },
    badgeLetterWidth: 6.7,
  };
}

/** @throws where the log speaks of a step that the saga did not begin with */
export function laneOf({ lanes }: LaneLayout, id: string): Lane {
  const lane = findLane(lanes, id);
  if (!lane) throw new Error(`there is no lane ${id}`);
  return lane;
}

/** Where it stands what a service's row says. */
export function rowsLaneOf(layout: LaneLayout, owner: string): Lane {
  return findLane(layout.lanes, rowsOf(owner)) ?? laneOf(layout, owner);
}

function findLane(lanes: readonly Lane[], id: string): Lane | undefined {
  return lanes.find((lane) => lane.id === id);
}

const rowsOf = (owner: string) => `${owner}-rows`;

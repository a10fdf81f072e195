/** A vertical line: somebody who calls or is called, or the row that it keeps in its database. */
export interface Lane {
  id: string;
  kind: 'service' | 'rows';
  label: string;
  x: number;
}

const clientX = 104;
const orderRowsX = 214;
/** Where order-service's own line is. */
const orderServiceX = 322;
/** The room for what is written beside the calls of the first participant; those of the others pass through it. */
const callsWidth = 268;
const rowsWidth = 92;
const participantsApart = 204;

/** The lanes from left to right: who orders, order-service beside its rows, and a participant and its row for each step. */
export function layOutLanes(steps: readonly string[]): Lane[] {
  return [
    { id: 'client', kind: 'service', label: 'client', x: clientX },
    { id: 'order-rows', kind: 'rows', label: 'its database', x: orderRowsX },
    { id: 'order', kind: 'service', label: 'order-service', x: orderServiceX },
    ...steps.flatMap((step, index): Lane[] => {
      const x = orderServiceX + callsWidth + index * participantsApart;
      return [
        { id: step, kind: 'service', label: `${step}-service`, x },
        { id: `${step}-row`, kind: 'rows', label: 'its row', x: x + rowsWidth },
      ];
    }),
  ];
}

/** @throws where the log speaks of a step that the saga did not begin with */
export function laneOf(lanes: readonly Lane[], id: string): Lane {
  const lane = lanes.find((candidate) => candidate.id === id);
  if (!lane) throw new Error(`there is no lane ${id}`);
  return lane;
}

import fc from 'fast-check';
import { layOutSequence, type SequenceDiagram } from '../../page/sequence-diagram.ts';
import { after, buildLog, called, failed, succeeded, undoing, undone, unknown } from '../saga/log-builder.ts';
import { type Fate, fates, simulate } from '../saga/saga-simulation.ts';
import { bomb, rowsOf, sagaOf } from './saga-pictures.ts';

const steps = ['payment', 'inventory'];
/** What a telephone of 360 px leaves to the diagram. */
const room = 322;
/** A little more than the widest text of the diagram takes for a letter: 12 px and 11 px high. */
const letterWidth = { large: 6.5, small: 6.3 };

/** From its left end to its right. */
interface Span {
  left: number;
  right: number;
  y: number;
}

const centred = (x: number, y: number, width: number): Span => ({ left: x - width / 2, right: x + width / 2, y });

/** Everything that is written in the rows, in each of them from its first line to its last. */
function readRows({ rows, present }: SequenceDiagram): Span[][] {
  return (present ? [...rows, present] : rows).map(({ texts, badges }) => [
    ...texts.map(({ x, y, text, small }) => {
      return { left: x, right: x + text.length * (small ? letterWidth.small : letterWidth.large), y };
    }),
    ...badges.map(({ x, y, width }) => centred(x, y, width)),
  ]);
}

function expectInside(spans: Span[], width: number): void {
  expect(Math.min(...spans.map(({ left }) => left))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...spans.map(({ right }) => right))).toBeLessThanOrEqual(width);
}

/** No two of them in the same line. */
function expectApart(spans: Span[], leastApart: number): void {
  const heights = spans.map(({ y }) => y).sort((a, b) => a - b);
  for (const [index, y] of heights.slice(1).entries()) {
    expect(y - (heights[index] ?? 0)).toBeGreaterThanOrEqual(leastApart);
  }
}

test('whatever happens to a saga of two steps, it fits in a telephone, and nothing is written over anything', () => {
  const someFates = fc.array(fc.constantFrom<Fate>('answered', 'answered', ...fates), { maxLength: 40 });
  fc.assert(
    fc.property(someFates, (drawn) => {
      const draws = drawn.values();
      const nextFate = () => draws.next().value ?? 'answered';
      const { log } = simulate(steps, nextFate, () => 0);
      const diagram = layOutSequence(sagaOf(log), bomb, rowsOf('VOIDED', null), 'narrow', after(60_000));
      expect(diagram.width).toBeLessThanOrEqual(room);
      for (const row of readRows(diagram)) {
        expectInside(row, diagram.width);
        expectApart(row, 17);
      }
      const foot = diagram.foot.map(({ x, y, width }) => centred(x, y, width));
      expectInside(foot, diagram.width);
      expectApart(foot, 18);
    }),
    { numRuns: 200 },
  );
});

test('the names of its lanes stand beside one another', () => {
  const { lanes, width } = layOutSequence(sagaOf(buildLog(steps)), bomb, null, 'narrow', after(1));
  expect(lanes.map(({ label }) => label)).toEqual(['client', 'order', ...steps]);
  const heads = lanes.map(({ x, headWidth }) => centred(x, 0, headWidth));
  expectInside(heads, width);
  for (const [index, { left }] of heads.slice(1).entries()) expect(left).toBeGreaterThan(heads[index]?.right ?? 0);
});

test('what the databases say stands in the lane of its service', () => {
  const doubted = [called('payment'), unknown('payment'), failed('payment'), undoing('payment'), undone('payment')];
  const charged = [called('payment'), succeeded('payment')];
  for (const [events, status] of [
    [doubted, 'VOIDED'],
    [charged, 'CHARGED'],
  ] as const) {
    const log = buildLog(steps, ...events);
    const { lanes, rows, foot } = layOutSequence(sagaOf(log), bomb, rowsOf(status, null), 'narrow', after(60));
    const laneAt = (at: number) => lanes.find(({ x }) => x === at)?.id;
    const badges = [...rows.flatMap((row) => row.badges), ...foot].map(({ x, text }) => `${laneAt(x)}: ${text}`);
    expect(badges.filter((badge) => badge === `payment: ${status}`)).toHaveLength(2);
    expect(badges).toContain('order: order PENDING');
    expect(badges.at(-1)).toBe('inventory: no row');
  }
});

import fc from 'fast-check';
import { layOutSequence } from '../../page/sequence-diagram.ts';
import type { WidthClass } from '../../page/sequence-lanes.ts';
import type { SequenceRow } from '../../page/sequence-row.ts';
import type { SagaEvent } from '../../src/saga/saga-events.ts';
import { after } from '../saga/log-builder.ts';
import { type Fate, fates, simulate } from '../saga/saga-simulation.ts';
import { bomb, rowsOf, sagaOf } from './saga-pictures.ts';

const logs = fc
  .record({
    steps: fc.constantFrom<string[]>(
      ['payment'],
      ['payment', 'inventory'],
      ['payment', 'inventory', 'delivery', 'gift'],
    ),
    fates: fc.array(fc.constantFrom<Fate>('answered', 'answered', ...fates), { maxLength: 40 }),
  })
  .map(({ steps, fates }) => {
    const draws = fates.values();
    return simulate(
      steps,
      () => draws.next().value ?? 'answered',
      () => 0,
    ).log;
  });
const draw = (log: SagaEvent[], widthClass: WidthClass) =>
  layOutSequence(sagaOf(log), bomb, rowsOf('VOIDED', null), widthClass, after(60_000));

function checkEach(check: (log: SagaEvent[]) => void): void {
  fc.assert(fc.property(logs, check), { numRuns: 200 });
}

describe.each(['wide', 'narrow'] as const)('a %s diagram', (widthClass) => {
  test('every event of a log is drawn, in order, each below the one before', () => {
    checkEach((log) => {
      const { rows, headHeight, lanesBottom } = draw(log, widthClass);
      expect(rows.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
      for (const [index, row] of rows.entries()) {
        const above = rows[index - 1];
        expect(row.y).toBe(above ? above.y + above.height : headHeight);
        expect(row.height).toBeGreaterThan(20);
        expect([...row.texts, ...row.arrows, ...row.badges].length).toBeGreaterThan(0);
      }
      expect(rows.at(-1)?.y).toBeLessThan(lanesBottom);
    });
  });

  test('what a log begins with is drawn as if nothing came after it', () => {
    checkEach((log) => {
      const whole = draw(log, widthClass).rows;
      for (let length = 1; length <= log.length; length += 1) {
        expect(draw(log.slice(0, length), widthClass).rows).toEqual(whole.slice(0, length));
      }
    });
  });

  test('nothing is drawn outside its row or the picture, and no text over another', () => {
    checkEach((log) => {
      const { rows, present, width } = draw(log.slice(0, Math.ceil(log.length / 2)), widthClass);
      for (const row of present ? [...rows, present] : rows) {
        for (const { y } of [...row.texts, ...row.arrows, ...row.badges]) {
          expect(y).toBeGreaterThan(row.y);
          expect(y).toBeLessThan(row.y + row.height);
        }
        for (const { from, to } of row.arrows) expect(Math.max(from, to)).toBeLessThan(width);
        for (const { x, width: badgeWidth } of row.badges) expect(x + badgeWidth / 2).toBeLessThanOrEqual(width);
        expectApart(row.texts, 14);
        expectApart(row.badges, 18);
      }
    });
  });
});

/** What stands at the same place sideways has to stand apart in height. */
function expectApart(things: SequenceRow['texts'] | SequenceRow['badges'], leastApart: number): void {
  for (const [index, thing] of things.entries()) {
    for (const other of things.slice(index + 1)) {
      if (other.x === thing.x) expect(Math.abs(other.y - thing.y)).toBeGreaterThanOrEqual(leastApart);
    }
  }
}

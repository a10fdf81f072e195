import fc from 'fast-check';
import { nextMove } from '../../src/saga/next-move.ts';
import { IllegalLog, readLog } from '../../src/saga/saga-state.ts';
import { planOf } from './log-builder.ts';
import { type Fate, fates, simulate } from './saga-simulation.ts';

const runs = { numRuns: 3000 };
const worlds = fc.record({
  steps: fc.integer({ min: 1, max: 4 }).map((count) => ['a', 'b', 'c', 'd'].slice(0, count)),
  fates: fc.array(fc.constantFrom<Fate>('answered', 'answered', ...fates), { maxLength: 40 }),
  lost: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }),
});

function run(world: { steps: string[]; fates: Fate[]; lost: number[] }) {
  const draws = world.fates.values();
  const losses = world.lost.values();
  return simulate(
    world.steps,
    () => draws.next().value ?? 'answered',
    () => losses.next().value ?? 0,
  );
}

test('promises 1, 2, 4 and 7: whatever befalls the calls and whoever dies, a saga ends with all done or nothing done', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(worlds, (world) => {
      const end = run(world);
      end.deliverRest();
      ends.add(end.status);
      if (end.status === 'COMPLETED') expect(new Set(end.barriers)).toEqual(new Set(['done']));
      if (end.status === 'COMPENSATED') expect(end.barriers).not.toContain('done');
    }),
    runs,
  );
  expect(ends).toEqual(new Set(['COMPLETED', 'COMPENSATED', 'COMPENSATION_STUCK']));
});

test('promise 4: every step that was ever sent is compensated, and of the others only those that may have been', () => {
  const spared = new Set<boolean>();
  fc.assert(
    fc.property(worlds, (world) => {
      const { status, barriers, sent, log } = run(world);
      if (status !== 'COMPENSATED') return;
      const turned = log.findIndex(({ type }) => type === 'failed');
      const inDoubt = log.slice(0, turned).some(({ type }) => type === 'claimed');
      for (const [index, isSent] of sent.entries()) {
        if (isSent) expect(['undone', 'voided']).toContain(barriers[index]);
        else if (!inDoubt) expect(barriers[index]).toBe('none');
        spared.add(barriers[index] === 'none');
      }
    }),
    runs,
  );
  expect(spared).toEqual(new Set([true, false]));
});

test('promise 6: a stuck saga that is retried once all is well ends with nothing done', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const end = run(world);
      if (end.status !== 'COMPENSATION_STUCK') return;
      const at = (end.log.at(-1) as { at: Date }).at;
      const retried = { type: 'retried', by: 'eva', seq: end.log.length + 1, at } as const;
      expect(nextMove(planOf(world.steps), [...end.log, retried], at)).toMatchObject({ direction: 'compensation' });
    }),
    runs,
  );
});

test('cut at every point, a log is taken over and ends', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { log } = run(world);
      for (let length = 1; length <= log.length; length += 1) {
        const cut = log.slice(0, length);
        const { status } = readLog(cut);
        const at = (cut.at(-1) as { at: Date }).at;
        const claim = { type: 'claimed', by: 'another', seq: length + 1, at } as const;
        const over = status !== 'STARTED' && status !== 'COMPENSATING';
        const next = nextMove(planOf(world.steps), over ? cut : [...cut, claim], at);
        expect(next.type === 'rest').toBe(over);
      }
    }),
    { numRuns: 300 },
  );
});

describe('a definition that has changed since the saga began', () => {
  const changes = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'], { minLength: 1 });
  const decide = (...[definition, log, now]: Parameters<typeof nextMove>) => {
    try {
      return nextMove(definition, log, now);
    } catch (error) {
      if (error instanceof IllegalLog) return error.message;
      throw error;
    }
  };

  test('refuses every log that names a step which it has lost, and decides all others as their own steps say', () => {
    const seen = { refused: 0, decided: 0 };
    fc.assert(
      fc.property(worlds, changes, (world, names) => {
        const { log } = run(world);
        const lost = world.steps.find((name) => !names.includes(name));
        for (let length = 1; length <= log.length; length += 1) {
          const cut = log.slice(0, length);
          const at = (cut.at(-1) as { at: Date }).at;
          const expected = lost ? `the definition has no step ${lost}` : decide(planOf(world.steps), cut, at);
          expect(decide(planOf(names), cut, at)).toEqual(expected);
          seen[lost ? 'refused' : 'decided'] += 1;
        }
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.refused, seen.decided)).toBeGreaterThan(100);
  });
});

test('promise 5: compensations are first tried in reverse order of the steps', () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { log } = run(world);
      const tried = log.flatMap((event) => (event.type === 'compensation-called' ? [event.step] : []));
      const first = [...new Set(tried)];
      expect(first).toEqual([...first].sort().reverse());
    }),
    runs,
  );
});

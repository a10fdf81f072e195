import { nextMove } from '../../src/saga/next-move.ts';
import type { NewSagaEvent } from '../../src/saga/saga-events.ts';
import { IllegalLog } from '../../src/saga/saga-state.ts';
import {
  after,
  buildLog,
  called,
  claimed,
  ended,
  failed,
  notSent,
  notUndone,
  parked,
  planOf,
  rejected,
  startOfTime,
  succeeded,
  undoing,
  undone,
  unknown,
} from './log-builder.ts';
import { move, paid, picked, plan, record, steps, undo } from './pay-and-pick.ts';

describe('a log of a build that compensated no rejected step', () => {
  const turned = [...paid, called('pick'), rejected('pick'), failed('pick', 'rejected')];
  const stuck = [1, 2, 3].flatMap((attempt) => [undoing('pay', attempt), notUndone('pay', attempt, after(10))]);
  const retried: NewSagaEvent = { type: 'retried', by: 'eva' };

  test.each<[string, NewSagaEvent[], ReturnType<typeof nextMove>]>([
    ['that ended can be read', [...turned, undoing('pay'), undone('pay'), ended], { type: 'rest' }],
    [
      'that ended at its first step can be read',
      [called('pay'), rejected('pay'), failed('pay'), ended],
      { type: 'rest' },
    ],
    [
      'that took over a step that was not sent can be read',
      [
        ...paid,
        called('pick'),
        notSent('pick', { retryAt: after(9) }),
        claimed,
        failed('pick'),
        undoing('pay'),
        undone('pay'),
        ended,
      ],
      { type: 'rest' },
    ],
    ['that was stuck rests', [...turned, ...stuck, parked], { type: 'rest' }],
    ['that is retried compensates the rejected step, too', [...turned, ...stuck, parked, retried], undo('pick')],
    ['whose driver was lost does first what it did', [...turned, undoing('pay'), claimed], undo('pick')],
    ['that goes on compensates both', [...turned, undoing('pay'), undone('pay')], undo('pick')],
    [
      'is then compensated in whole',
      [...turned, undoing('pay'), undone('pay'), undoing('pick'), undone('pick')],
      record(ended),
    ],
  ])('%s', (_name, events, expected) => {
    expect(move(...events)).toEqual(expected);
  });
});

describe('illegal logs throw', () => {
  const refused = [...paid, called('pick'), rejected('pick'), failed('pick', 'rejected')];
  test.each([
    ['no beginning', []],
    ['a step out of order', [called('pick')]],
    ['a second call while one is under way', [called('pay'), called('pay', 2)]],
    ['an answer to nothing', [succeeded('pay')]],
    ['an answer to another attempt', [called('pay'), succeeded('pay', 2)]],
    ['a skipped attempt', [called('pay', 2)]],
    ['an attempt after a final answer', [called('pay'), rejected('pay'), called('pay', 2)]],
    ['an end with steps left', [ended]],
    ['an end with compensations owed', [...paid, called('pick'), unknown('pick'), failed('pick'), ended]],
    ['a compensation before the turn', [...paid, undoing('pay')]],
    ['a compensation out of turn', [...paid, called('pick'), unknown('pick'), failed('pick'), undoing('pay')]],
    ['an event that is not known', [{ type: 'paused' } as never]],
    ['an answer with an outcome that is not known', [called('pay'), unknown('pay', { outcome: 'perhaps' as never })]],
    [
      'a compensation of a step that was not sent',
      [called('pay'), notSent('pay'), failed('pay', 'not-sent'), undoing('pay')],
    ],
    [
      'a compensation of a step that was never called',
      [called('pay'), rejected('pay'), failed('pay'), undoing('pick')],
    ],
    [
      'an end after a compensation of a rejected step that failed',
      [...refused, undoing('pick'), notUndone('pick', 1, after(10)), undoing('pay'), undone('pay'), ended],
    ],
    [
      'a compensation before that of a rejected step was tried again',
      [
        ...refused,
        undoing('pick'),
        notUndone('pick', 1, after(10)),
        undoing('pay'),
        notUndone('pay', 1, after(10)),
        { type: 'retried', by: 'eva' },
        undoing('pay', 2),
      ],
    ],
    [
      'a park with a compensation that was never tried',
      [
        ...paid,
        called('pick'),
        unknown('pick'),
        failed('pick'),
        undoing('pick'),
        notUndone('pick', 1, after(10)),
        parked,
      ],
    ],
    ['an action after the turn', [called('pay'), unknown('pay'), failed('pay'), called('pick')]],
    ['anything after the end', [...paid, ...picked, ended, claimed]],
    ['a park with nothing owed', [called('pay'), rejected('pay'), failed('pay', 'rejected'), parked]],
    ['a resolve of what is not stuck', [{ type: 'resolved', by: 'eva', reason: 'why' }]],
    ['an unknown step', [called('ship')]],
  ] as [string, NewSagaEvent[]][])('%s', (name, events) => {
    const log = name === 'no beginning' ? [] : buildLog(steps, ...events);
    expect(() => nextMove(plan, log, startOfTime)).toThrow(IllegalLog);
  });

  test('a gap in the numbers', () => {
    const log = buildLog(steps, ...paid).filter(({ seq }) => seq !== 2);
    expect(() => nextMove(plan, log, startOfTime)).toThrow('event 3 where 2 was due');
  });
  test('a call under way, without a claim', () => {
    expect(() => move(called('pay'))).toThrow('a call is under way');
  });
  test('a step that the definition has lost', () => {
    expect(() => nextMove(planOf(['pay']), buildLog(steps, ...paid), startOfTime)).toThrow('no step pick');
  });
});

test('a saga keeps the steps that it began with when the definition grows', () => {
  const grown = planOf([...steps, 'ship']);
  expect(nextMove(grown, buildLog(steps, ...paid, ...picked), startOfTime)).toEqual(record(ended));
});

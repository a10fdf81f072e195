import { planTurn } from '../../src/saga/next-move.ts';
import type { NewSagaEvent } from '../../src/saga/saga-events.ts';
import { IllegalLog } from '../../src/saga/saga-state.ts';
import {
  after,
  buildLog,
  called,
  ended,
  failed,
  rejected,
  startOfTime,
  succeeded,
  undoing,
  undone,
  unknown,
} from './log-builder.ts';
import { call, paid, picked, plan, steps, undo } from './pay-and-pick.ts';

describe('a turn', () => {
  const turn = (log: NewSagaEvent[], news: NewSagaEvent[], mayCall = true) => {
    const { events, state, next } = planTurn(plan, buildLog(steps, ...log), news, after(1000), mayCall);
    return { events, status: state.status, next };
  };
  const rest = { type: 'rest' };

  test('a new saga is begun with the intent of its first call', () => {
    const begun: NewSagaEvent = { type: 'begun', steps };
    const { events, next } = planTurn(plan, [], [begun], startOfTime);
    expect([events, next]).toEqual([[begun, called('pay')], call('pay')]);
  });

  const paidAndCalled = [...paid, called('pick')];
  test.each<[string, NewSagaEvent[], NewSagaEvent[], ReturnType<typeof turn>]>([
    [
      'an outcome goes with the intent of the next call',
      [called('pay')],
      [succeeded('pay')],
      { events: [succeeded('pay'), called('pick')], status: 'STARTED', next: call('pick') },
    ],
    [
      'the last outcome goes with the end',
      paidAndCalled,
      [succeeded('pick')],
      { events: [succeeded('pick'), ended], status: 'COMPLETED', next: rest as never },
    ],
    [
      'a failure goes with the turn back and the intent to compensate',
      paidAndCalled,
      [rejected('pick')],
      {
        events: [rejected('pick'), failed('pick', 'rejected'), undoing('pick')],
        status: 'COMPENSATING',
        next: undo('pick'),
      },
    ],
    [
      'the last compensation goes with the end',
      [called('pay'), rejected('pay'), failed('pay', 'rejected'), undoing('pay')],
      [undone('pay')],
      { events: [undone('pay'), ended], status: 'COMPENSATED', next: rest as never },
    ],
    [
      'an outcome with a pause after it goes alone',
      [called('pay')],
      [unknown('pay', { retryAt: after(1200) })],
      {
        events: [unknown('pay', { retryAt: after(1200) })],
        status: 'STARTED',
        next: { type: 'wait', until: after(1200) },
      },
    ],
    [
      'without news there is the intent alone',
      paid,
      [],
      { events: [called('pick')], status: 'STARTED', next: call('pick') },
    ],
    [
      'a saga that is over writes nothing',
      [...paid, ...picked, ended],
      [],
      { events: [], status: 'COMPLETED', next: rest as never },
    ],
  ])('%s', (_name, log, news, expected) => {
    expect(turn(log, news)).toEqual(expected);
  });

  test('where no call may be made, its intent is not written, and what follows without one is', () => {
    expect(turn([called('pay')], [succeeded('pay')], false).events).toEqual([succeeded('pay')]);
    expect(turn(paidAndCalled, [rejected('pick')], false).events).toEqual([
      rejected('pick'),
      failed('pick', 'rejected'),
    ]);
  });

  test('news that the log does not allow are refused', () => {
    expect(() => turn(paid, [succeeded('pick')])).toThrow(IllegalLog);
  });
});

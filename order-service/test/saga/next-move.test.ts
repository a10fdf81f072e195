import { nextMove, planTurn } from '../../src/saga/next-move.ts';
import type { Failure, NewSagaEvent } from '../../src/saga/saga-events.ts';
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

const steps = ['pay', 'pick'];
const plan = planOf(steps);
const move = (...events: NewSagaEvent[]) => nextMove(plan, buildLog(steps, ...events), after(1000));
const call = (step: string, attempt = 1, spending = attempt) =>
  ({ type: 'call', direction: 'action', step, attempt, spending }) as const;
const undo = (step: string, attempt = 1, spending = attempt) =>
  ({ type: 'call', direction: 'compensation', step, attempt, spending }) as const;
const record = (event: NewSagaEvent) => ({ type: 'record', event }) as const;
const fail = (step: string, outcome: Failure['outcome'], reason: string) =>
  record({ type: 'failed', step, outcome, reason });

const paid = [called('pay'), succeeded('pay')];
const picked = [called('pick'), succeeded('pick')];

describe('forward', () => {
  test.each([
    ['a new saga calls its first step', [], call('pay')],
    ['a step that succeeded is followed by the next', paid, call('pick')],
    ['a saga whose steps all succeeded ends', [...paid, ...picked], record(ended)],
    ['a rejection turns the saga back', [called('pay'), rejected('pay')], fail('pay', 'rejected', 'no')],
    [
      'an unknown outcome that is not worth a retry turns the saga back',
      [called('pay'), unknown('pay')],
      fail('pay', 'unknown', 'HTTP 500'),
    ],
    [
      'an unknown outcome is tried again when its pause is over',
      [called('pay'), unknown('pay', { retryAt: after(900) })],
      call('pay', 2),
    ],
    [
      'an unknown outcome waits for its pause',
      [called('pay'), unknown('pay', { retryAt: after(1200) })],
      { type: 'wait', until: after(1200) },
    ],
    [
      'a step whose attempts are used up turns the saga back',
      [1, 2, 3].flatMap((attempt) => [called('pay', attempt), unknown('pay', { attempt, retryAt: after(10) })]),
      fail('pay', 'unknown', 'HTTP 500'),
    ],
    [
      'an unknown attempt makes the step unknown, whatever a later attempt says',
      [called('pay'), unknown('pay', { retryAt: after(10) }), called('pay', 2), rejected('pay', 2)],
      fail('pay', 'unknown', 'no'),
    ],
    [
      'a rejection after a claim leaves the step unknown',
      [claimed, called('pay'), rejected('pay')],
      fail('pay', 'unknown', 'no'),
    ],
    [
      'a rejection that was logged before the claim stays one',
      [called('pay'), rejected('pay'), claimed],
      fail('pay', 'rejected', 'no'),
    ],
    ['a call whose driver was lost is repeated', [called('pay'), claimed], call('pay', 2)],
    [
      'a call that was not sent is tried again when its pause is over',
      [called('pay'), notSent('pay', { retryAt: after(900) })],
      call('pay', 2),
    ],
    [
      'a step none of whose attempts was sent is not sent',
      [1, 2, 3].flatMap((attempt) => [called('pay', attempt), notSent('pay', { attempt, retryAt: after(10) })]),
      fail('pay', 'not-sent', 'ECONNREFUSED'),
    ],
    [
      'an unknown attempt makes a step unknown that was then not sent',
      [called('pay'), unknown('pay', { retryAt: after(10) }), called('pay', 2), notSent('pay', { attempt: 2 })],
      fail('pay', 'unknown', 'ECONNREFUSED'),
    ],
    [
      'an attempt that was not sent and one that was rejected make it rejected',
      [called('pay'), notSent('pay', { retryAt: after(10) }), called('pay', 2), rejected('pay', 2)],
      fail('pay', 'rejected', 'no'),
    ],
    [
      'a claim after an attempt that was not sent makes it unknown: another may have been made',
      [
        called('pay'),
        notSent('pay', { retryAt: after(10) }),
        claimed,
        called('pay', 2),
        notSent('pay', { attempt: 2 }),
      ],
      fail('pay', 'unknown', 'ECONNREFUSED'),
    ],
    [
      'an attempt that was not sent may be followed by one that succeeds',
      [called('pay'), notSent('pay', { retryAt: after(10) }), called('pay', 2), succeeded('pay', 2)],
      call('pick'),
    ],
    [
      'what an open circuit of an older build held back was not sent, whatever it was called then',
      [called('pay'), notSent('pay', { outcome: 'rejected', kind: 'not-sent' })],
      fail('pay', 'not-sent', 'ECONNREFUSED'),
    ],
  ] as const)('%s', (_name, events, expected) => {
    expect(move(...events)).toEqual(expected);
  });
});

describe('deadline', () => {
  const late = (...events: NewSagaEvent[]) => nextMove(plan, buildLog(steps, ...events), after(30_000));
  const tooLate = (step: string, outcome: Failure['outcome']) =>
    record({ type: 'failed', step, outcome, reason: "the saga's deadline passed", kind: 'deadline' });

  test('promise 1: a saga past its deadline turns back, its untouched step not sent', () => {
    expect(late()).toEqual(tooLate('pay', 'not-sent'));
  });
  test('a driver that knows nothing of what was called takes every step for possibly called', () => {
    expect(late(claimed)).toEqual(tooLate('pay', 'unknown'));
    const log = buildLog(steps, claimed, failed('pay'));
    expect(nextMove(plan, log, after(30_000))).toEqual(undo('pick'));
  });
  test('a pause that would end past the deadline is not waited for', () => {
    const events = [called('pay'), unknown('pay', { retryAt: after(31_000) })];
    expect(move(...events)).toMatchObject({ event: { type: 'failed', outcome: 'unknown', kind: 'deadline' } });
  });
  test('a saga whose steps all succeeded completes, whatever the deadline', () => {
    expect(late(...paid, ...picked)).toEqual(record(ended));
    expect(late(...paid, ...picked, claimed)).toEqual(record(ended));
  });
});

describe('backward', () => {
  const turned = [...paid, called('pick'), unknown('pick'), failed('pick')];

  test.each([
    ['promise 4: the step with the unknown outcome is compensated too, first', turned, undo('pick')],
    [
      'promise 4: a rejected step is compensated too, first',
      [...paid, called('pick'), rejected('pick'), failed('pick', 'rejected')],
      undo('pick'),
    ],
    ['promise 5: compensations run in reverse order', [...turned, undoing('pick'), undone('pick')], undo('pay')],
    [
      'promise 5: one that fails does not block the others',
      [...turned, undoing('pick'), notUndone('pick', 1, after(2000))],
      undo('pay'),
    ],
    [
      'promise 5: one that fails is not forgotten',
      [...turned, undoing('pick'), notUndone('pick', 1, after(900)), undoing('pay'), undone('pay')],
      undo('pick', 2),
    ],
    [
      'promise 6: it waits for the first that is due',
      [
        ...turned,
        ...[undoing('pick'), notUndone('pick', 1, after(3000))],
        ...[undoing('pay'), notUndone('pay', 1, after(2000))],
      ],
      { type: 'wait', until: after(2000) },
    ],
    [
      'a saga with everything undone ends',
      [...turned, undoing('pick'), undone('pick'), undoing('pay'), undone('pay')],
      record(ended),
    ],
    [
      'promise 4: a saga whose first step was rejected compensates that one alone',
      [called('pay'), rejected('pay'), failed('pay', 'rejected')],
      undo('pay'),
    ],
    ['a saga that turned back before its first call has nothing to undo', [failed('pay', 'not-sent')], record(ended)],
    [
      'promise 4: a step that was not sent is not compensated',
      [...paid, called('pick'), notSent('pick'), failed('pick', 'not-sent')],
      undo('pay'),
    ],
    [
      'promise 4: nor one that an open circuit of an older build held back',
      [called('pay'), notSent('pay', { outcome: 'rejected', kind: 'not-sent' }), failed('pay', 'rejected')],
      record(ended),
    ],
    [
      'a claim after the turn takes no step for sent that was not',
      [...paid, called('pick'), notSent('pick'), failed('pick', 'not-sent'), claimed],
      undo('pay'),
    ],
    [
      'a compensation that was not sent is still owed',
      [...turned, undoing('pick'), { ...notUndone('pick', 1, after(900)), outcome: 'not-sent' }],
      undo('pick', 2),
    ],
    ['a compensation whose driver was lost is repeated', [...turned, undoing('pick'), claimed], undo('pick', 2)],
    [
      'a claim after the turn takes no uncalled step for called',
      [called('pay'), unknown('pay'), failed('pay'), claimed],
      undo('pay'),
    ],
  ] as const)('%s', (_name, events, expected) => {
    expect(move(...events)).toEqual(expected);
  });

  const stuck = [
    ...[called('pay'), unknown('pay'), failed('pay')],
    ...[1, 2, 3].flatMap((attempt) => [undoing('pay', attempt), notUndone('pay', attempt, after(10))]),
  ];
  test('promise 6: a compensation whose attempts are used up parks, and rests until a person moves it', () => {
    expect(move(...stuck)).toEqual(record(parked));
    expect(move(...stuck, parked)).toEqual({ type: 'rest' });
    expect(move(...stuck, parked, { type: 'retried', by: 'eva' })).toEqual(undo('pay', 4, 1));
    expect(move(...stuck, parked, { type: 'resolved', by: 'eva', reason: 'paid back in cash' })).toEqual({
      type: 'rest',
    });
  });
});

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

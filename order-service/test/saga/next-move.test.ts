import { nextMove } from '../../src/saga/next-move.ts';
import type { Failure, NewSagaEvent } from '../../src/saga/saga-events.ts';
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
  rejected,
  succeeded,
  undoing,
  undone,
  unknown,
} from './log-builder.ts';
import { call, move, paid, picked, plan, record, steps, undo } from './pay-and-pick.ts';

const fail = (step: string, outcome: Failure['outcome'], reason: string) =>
  record({ type: 'failed', step, outcome, reason });

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

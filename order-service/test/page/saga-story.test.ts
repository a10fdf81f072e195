import { readStory, tellDuration } from '../../page/saga-story.ts';
import { eventTypes, type NewSagaEvent } from '../../src/saga/saga-events.ts';
import {
  after,
  buildLog,
  called,
  claimed,
  ended,
  failed,
  notUndone,
  parked,
  rejected,
  succeeded,
  undoing,
  undone,
  unknown,
} from '../saga/log-builder.ts';
import { sagaOf } from './saga-pictures.ts';

const steps = ['payment', 'inventory'];
const tell = (...events: NewSagaEvent[]) => readStory(sagaOf(buildLog(steps, ...events)).log);
const lastWords = (...events: NewSagaEvent[]) => tell(...events).at(-1)?.words;
const charged = [called('payment'), succeeded('payment')];
const turnedBack = [...charged, called('inventory'), rejected('inventory'), failed('inventory', 'rejected')];
const stuck = [...turnedBack, undoing('payment'), notUndone('payment', 1, after(20)), parked];
const retried: NewSagaEvent = { type: 'retried', by: 'eva' };
const resolved: NewSagaEvent = { type: 'resolved', by: 'eva', reason: 'paid back' };

test.each<[words: string, events: NewSagaEvent[]]>([
  ['payment is asked to charge', [called('payment')]],
  ['payment answers charge: done', charged],
  ['inventory answers reserve: no, nothing was done', turnedBack.slice(0, 4)],
  ['payment answers charge with an error: it may have happened', [called('payment'), unknown('payment')]],
  [
    'payment is silent about charge: no answer came in time, it may have happened',
    [called('payment'), unknown('payment', { kind: 'timeout' })],
  ],
  [
    'payment is silent about charge: the connection was refused or lost, it may have happened',
    [called('payment'), unknown('payment', { kind: 'network' })],
  ],
  [
    'charge is not sent: nothing happened',
    [called('payment'), unknown('payment', { kind: 'not-sent', outcome: 'rejected' })],
  ],
  [
    'charge is not sent: nothing happened',
    [called('payment'), unknown('payment', { kind: 'network', outcome: 'not-sent' })],
  ],
  [
    'payment does not let charge in: nothing happened',
    [called('payment'), unknown('payment', { kind: 'http-status', outcome: 'not-sent', httpStatus: 401 })],
  ],
  ['payment is asked to refund', [...turnedBack, undoing('payment')]],
  ['payment answers refund with an error: it may be undone or not', stuck.slice(0, -1)],
  ['Taken over by another with fencing token 2; the answer to charge reached nobody', [called('payment'), claimed]],
  ['Taken over by another with fencing token 2', [...charged, claimed]],
  ['Retried by eva, with fresh attempts and fencing token 2', [...stuck, retried]],
  ['Closed by hand by eva', [...stuck, resolved]],
])('%s', (words, events) => expect(lastWords(...events)).toBe(words));

test('every kind of event has words of its own', () => {
  const stories = [
    tell(...charged, called('inventory'), succeeded('inventory'), ended),
    tell(...stuck, retried, undoing('payment', 2), undone('payment', 2), ended),
    tell(...stuck, resolved),
    tell(called('payment'), claimed),
  ].flat();
  expect(new Set(stories.map(({ entry }) => entry.type))).toEqual(new Set(eventTypes));
  for (const { entry, words } of stories) expect(words).not.toBe(entry.type);
});

test('every takeover, by a driver or a person, raises the fencing token', () => {
  const tokens = tell(...stuck, retried, undoing('payment', 2), claimed).map(({ token }) => token);
  expect(tokens.slice(-4)).toEqual([1, 2, 2, 3]);
});

test.each([
  [-5, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [59_949, '59.9 s'],
  [60_000, '1 min 0 s'],
  [119_900, '2 min 0 s'],
])('%d ms are %s', (ms, told) => expect(tellDuration(ms)).toBe(told));

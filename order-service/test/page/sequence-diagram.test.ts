import { layOutSequence, type SequenceDiagram } from '../../page/sequence-diagram.ts';
import type { SequenceRow } from '../../page/sequence-row.ts';
import type { SagaRows } from '../../page/service-api.ts';
import type { NewSagaEvent } from '../../src/saga/saga-events.ts';
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
import { bomb, rowsOf, sagaOf } from './saga-pictures.ts';

const steps = ['payment', 'inventory'];

function draw(events: NewSagaEvent[], rows: SagaRows | null = null, nowMs = events.length): SequenceDiagram {
  return layOutSequence(sagaOf(buildLog(steps, ...events)), bomb, rows, 'wide', after(nowMs));
}

/** A row of the diagram as one line of text: what is drawn, from top to bottom. */
function tell(diagram: SequenceDiagram, { mark, texts, arrows, badges }: SequenceRow): string {
  const laneAt = (x: number) => diagram.lanes.find((lane) => lane.x === x)?.id;
  const parts = [
    ...(mark ? [`[${mark.kind}]`] : []),
    ...texts.map(({ text }) => text),
    ...arrows.map(({ from, to, kind, backward, fate }) => {
      const line = backward ? '- ->' : '-->';
      return `${kind} ${laneAt(from)} ${line} ${laneAt(to)}${fate === 'arrives' ? '' : ` (${fate})`}`;
    }),
    ...badges.map(({ x, text }) => `{${laneAt(x)}: ${text}}`),
  ];
  return parts.join(' | ');
}

const tellAll = (diagram: SequenceDiagram) => diagram.rows.map((row) => tell(diagram, row));
const tellFoot = ({ foot }: SequenceDiagram) => foot.map(({ text }) => text);
const tellPresent = (diagram: SequenceDiagram) => diagram.present && tell(diagram, diagram.present);

const charged = [called('payment'), succeeded('payment')];
const outOfStock = [...charged, called('inventory'), rejected('inventory'), failed('inventory', 'rejected')];

test('an order that completes', () => {
  const diagram = draw([...charged, called('inventory'), succeeded('inventory'), ended], rowsOf('CHARGED', 'RESERVED'));
  expect(tellAll(diagram)).toEqual([
    '[begin] | 1 × Bomb for 9,999.00 | begun: both rows in one commit | call client --> order | {order-rows: order PENDING} | {order-rows: saga STARTED}',
    'charge | call order --> payment',
    '✓ charge succeeded, 1 ms | answer payment --> order | {payment-rows: CHARGED}',
    'reserve | call order --> inventory',
    '✓ reserve succeeded, 1 ms | answer inventory --> order | {inventory-rows: RESERVED}',
    '[end] | ended: all is done | whoever waits is told COMPLETED | answer order --> client | {order-rows: order COMPLETED} | {order-rows: saga COMPLETED}',
  ]);
  expect(diagram.present).toBeNull();
  expect(diagram.lanes.map(({ label }) => label)).toEqual([
    ...['client', 'its database', 'order-service', 'payment-service', 'its row', 'inventory-service', 'its row'],
  ]);
});

test('a price of 9999: a charge in doubt is taken back, in its own style', () => {
  const events = [
    called('payment'),
    unknown('payment'),
    failed('payment'),
    undoing('payment'),
    undone('payment'),
    ended,
  ];
  const diagram = draw(events, rowsOf('VOIDED', null));
  expect(tellAll(diagram).slice(1)).toEqual([
    'charge | call order --> payment',
    '? charge unknown, 1 ms | HTTP 500 | answer payment --> order',
    '[turn-back] | turns back: payment unknown | no | {order-rows: order CANCELLED} | {order-rows: saga COMPENSATING}',
    '↩ refund | call order - -> payment',
    '✓ refund succeeded, 1 ms | answer payment - -> order | {payment-rows: VOIDED}',
    '[end] | ended: all is undone | whoever waits is told CANCELLED | answer order --> client | {order-rows: saga COMPENSATED}',
  ]);
  expect(tellFoot(diagram)).toEqual(['order CANCELLED', 'saga COMPENSATED', 'VOIDED', 'no row']);
});

test('where the log does not tell whether there was something to refund, and the row is not known, both are said', () => {
  const diagram = draw([
    called('payment'),
    unknown('payment'),
    failed('payment'),
    undoing('payment'),
    undone('payment'),
  ]);
  expect(tellAll(diagram).at(-1)).toContain('{payment-rows: REFUNDED or VOIDED}');
  expect(tellFoot(diagram).slice(2)).toEqual(['…', '…']);
});

test('out of stock: the refused reservation is barred, and what was charged is refunded', () => {
  const undoings = [undoing('inventory'), undone('inventory'), undoing('payment'), undone('payment'), ended];
  const diagram = draw([...outOfStock, ...undoings], rowsOf('REFUNDED', 'VOIDED'));
  expect(tellAll(diagram).slice(4)).toEqual([
    '⊘ reserve rejected, 1 ms | no | answer inventory --> order',
    '[turn-back] | turns back: inventory rejected | no | {order-rows: order CANCELLED} | {order-rows: saga COMPENSATING}',
    '↩ release | call order - -> inventory',
    '✓ release succeeded, 1 ms | answer inventory - -> order | {inventory-rows: VOIDED}',
    '↩ refund | call order - -> payment',
    '✓ refund succeeded, 1 ms | answer payment - -> order | {payment-rows: REFUNDED}',
    expect.stringContaining('all is undone'),
  ]);
});

test('a saga of a build that did not compensate a refused step is drawn as it was', () => {
  const diagram = draw([...outOfStock, undoing('payment'), undone('payment'), ended], rowsOf('REFUNDED', null));
  expect(tellAll(diagram).slice(-3)).toEqual([
    '↩ refund | call order - -> payment',
    '✓ refund succeeded, 1 ms | answer payment - -> order | {payment-rows: REFUNDED}',
    expect.stringContaining('all is undone'),
  ]);
  expect(tellFoot(diagram)).toEqual(['order CANCELLED', 'saga COMPENSATED', 'REFUNDED', 'no row']);
});

test('a lost reply is crossed and tried again, with the time that passed', () => {
  const lost = { kind: 'timeout', reason: 'no answer within 2000 ms', retryAt: after(2_151) } as const;
  const again = { attempt: 2, kind: 'network', reason: 'network error: ECONNRESET' } as const;
  const events = [called('payment'), unknown('payment', lost), called('payment', 2), unknown('payment', again)];
  const times = [0, 1, 2_001, 2_151, 2_161];
  const log = buildLog(steps, ...events).map((event, index) => ({ ...event, at: after(times[index] ?? 0) }));
  const diagram = layOutSequence(sagaOf(log), bomb, null, 'wide', after(2_200));
  expect(tellAll(diagram).slice(1)).toEqual([
    'charge | call order --> payment',
    '? charge unknown, 1 ms | no answer within 2000 ms | to be tried again in 150 ms | answer payment --> order (lost)',
    'charge, attempt 2 | call order --> payment',
    '? charge unknown, 1 ms | network error: ECONNRESET | answer payment --> order (lost)',
  ]);
  expect(diagram.rows.map(({ time }) => time)).toEqual(['+0 ms', '+1 ms', '+2.0 s', '+2.2 s', '+2.2 s']);
  expect(diagram.rows.map(({ pause }) => pause)).toEqual([null, null, '2.0 s later', null, null]);
});

test('a pause before the next attempt is told, and then waited for', () => {
  const retryAt = after(1_000);
  const diagram = draw([...outOfStock, undoing('payment'), notUndone('payment', 1, retryAt)], null, 400);
  expect(tellAll(diagram).at(-1)).toBe(
    '? refund unknown, 1 ms | HTTP 503 | to be tried again in 993 ms | answer payment - -> order',
  );
  expect(tellPresent(diagram)).toBe('[waiting] | … waits for 600 ms');
});

test('a call that was not sent has no answer to draw', () => {
  const refused = { outcome: 'not-sent', kind: 'network', reason: 'network error: ECONNREFUSED' } as const;
  const diagram = draw([called('payment'), unknown('payment', refused), failed('payment', 'not-sent'), ended]);
  expect(tellAll(diagram).slice(2)).toEqual([
    '○ charge not sent, 1 ms | network error: ECONNREFUSED',
    '[turn-back] | turns back: payment not sent | no | {order-rows: order CANCELLED} | {order-rows: saga COMPENSATING}',
    expect.stringContaining('{order-rows: saga COMPENSATED}'),
  ]);
});

test('a call that the participant did not let in is answered', () => {
  const shutOut = { outcome: 'not-sent', kind: 'http-status', httpStatus: 403, reason: 'HTTP 403' } as const;
  const diagram = draw([called('payment'), unknown('payment', shutOut)]);
  expect(tellAll(diagram).at(-1)).toBe('○ charge not sent, 1 ms | HTTP 403 | answer payment --> order');
});

test('a call that the circuit of an older order-service held back has no answer to draw', () => {
  const notSent = {
    outcome: 'rejected',
    kind: 'not-sent',
    reason: 'not sent: the circuit of payment is open',
  } as const;
  const diagram = draw([called('payment'), unknown('payment', notSent)]);
  expect(tellAll(diagram).at(-1)).toBe('⊘ charge rejected, 1 ms | not sent: the circuit of payment is open');
});

test('a takeover: the call of the driver that died gets no answer, and the next token is drawn', () => {
  const diagram = draw([called('payment'), claimed, called('payment', 2), claimed]);
  expect(tellAll(diagram).slice(2)).toEqual([
    '[takeover] | ? no answer to charge | taken over, fencing token 2 | by another | answer payment --> order (lost)',
    'charge, attempt 2 | call order --> payment',
    '[takeover] | ? no answer to charge, attempt 2 | taken over, fencing token 3 | by another | answer payment --> order (lost)',
  ]);
});

test('a call under way is open, and says for how long', () => {
  const diagram = draw([called('payment')], null, 1_201);
  expect(tellPresent(diagram)).toBe('… no answer yet, for 1.2 s | answer payment --> order (running)');
  expect(diagram.description).toContain('STARTED after 2 events. … no answer yet, for 1.2 s.');
});

test('a saga that is stuck, retried by a person, and done', () => {
  const stuck = [...outOfStock, undoing('payment'), notUndone('payment', 1, after(20)), parked];
  expect(tellPresent(draw(stuck))).toBe('[waiting] | waits for a person');
  const retried: NewSagaEvent = { type: 'retried', by: 'operator' };
  const diagram = draw([...stuck, retried, undoing('payment', 2), undone('payment', 2), ended]);
  expect(tellAll(diagram).slice(8)).toEqual([
    '[stuck] | stuck: no attempt is left | whoever waits is told CANCELLED | answer order --> client | {order-rows: saga COMPENSATION_STUCK}',
    '[person] | retried, fencing token 2 | by operator | {order-rows: saga COMPENSATING}',
    '↩ refund, attempt 2 | call order - -> payment',
    '✓ refund succeeded, 1 ms | answer payment - -> order | {payment-rows: REFUNDED}',
    expect.stringContaining('{order-rows: saga COMPENSATED}'),
  ]);
});

test('a stuck saga that is closed by hand, with who and why', () => {
  const resolved: NewSagaEvent = { type: 'resolved', by: 'eva', reason: 'paid back in cash' };
  const diagram = draw([...outOfStock, undoing('payment'), notUndone('payment', 1, after(20)), parked, resolved]);
  expect(tellAll(diagram).at(-1)).toBe('[person] | resolved by eva | paid back in cash | {order-rows: saga RESOLVED}');
  expect(diagram.present).toBeNull();
});

test('a text that is too long is cut, not drawn over what is beside it', () => {
  const reason = 'out-of-stock: '.padEnd(300, 'x');
  const { rows } = draw([...charged, called('inventory'), unknown('inventory', { reason })]);
  const longest = Math.max(...rows.flatMap(({ texts }) => texts.map(({ text }) => text.length)));
  expect(longest).toBeLessThan(50);
  expect(rows.at(-1)?.texts.at(-1)?.text).toMatch(/x…$/);
});

test('a participant that cannot be reached has no row that could be shown', () => {
  const rows = { payment: { reachable: false, row: null }, inventory: { reachable: true, row: null } };
  expect(tellFoot(draw(charged, rows)).slice(2)).toEqual(['not reachable', 'no row']);
});

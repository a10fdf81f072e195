import type { Test } from 'supertest';
import { expectProblem } from './problem-expectation.ts';

/** Bodies that no route of any service reads, whatever they say. */
export const unreadableBodies: [
  what: string,
  contentType: string,
  body: string | Buffer,
  status: number,
  problem: string,
][] = [
  ['of no JSON', 'text/plain', '{}', 415, 'unsupported-media-type'],
  ['of a form', 'application/x-www-form-urlencoded', 'a=b', 415, 'unsupported-media-type'],
  ['in another charset', 'application/json; charset=latin1', '{}', 415, 'unsupported-media-type'],
  ['in UTF-16', 'application/json; charset=utf-16', Buffer.from('{}', 'utf16le'), 415, 'unsupported-media-type'],
  ['in UTF-7', 'application/json; charset=utf-7', '{}', 415, 'unsupported-media-type'],
  ['of bytes that are no UTF-8', 'application/json', Buffer.from('{"a":"\xe9"}', 'latin1'), 400, 'malformed-request'],
  ['of half a character', 'application/json', Buffer.from('{"a":"\xf0\x9f"}', 'latin1'), 400, 'malformed-request'],
  [
    'of a surrogate in bytes',
    'application/json',
    Buffer.from('{"\xed\xa0\x80":1}', 'latin1'),
    400,
    'malformed-request',
  ],
  ['of broken JSON', 'application/json', '{"sagaId":', 400, 'malformed-request'],
  ['with NaN', 'application/json', '{"amount":NaN}', 400, 'malformed-request'],
  ['of null', 'application/json', 'null', 400, 'malformed-request'],
  ['of a string', 'application/json', '"all"', 400, 'malformed-request'],
  ['over 16 kB', 'application/json', `{"a":"${'a'.repeat(16 * 1024)}"}`, 413, 'payload-too-large'],
];

/** Sends the body as it stands and expects the problem. */
export async function expectUnreadable(
  request: Test,
  type: string,
  body: string | Buffer,
  status: number,
  problem: string,
) {
  // As it stands: a client would write a Buffer as JSON.
  request.set('content-type', type).serialize((bytes) => bytes as unknown as string);
  expectProblem(await request.send(body), status, problem);
}

/** Expects a 400 whose errors name this field and no other. */
export async function expectInvalid(request: Test, field: string): Promise<void> {
  const { errors = [] } = expectProblem(await request, 400, 'validation-failed');
  expect([...new Set(errors.map((error) => error.field))]).toEqual([field]);
  for (const { message } of errors) expect(message).not.toBe('');
}

import { commonProblem, commonProblems, type Problem, problemName, problemsOf, readProblem } from '../src/problem.ts';

const mediaType = 'application/problem+json; charset=utf-8';
const shopProblem = problemsOf({
  closed: { status: 409, title: 'The shop is closed', remedy: 'Come back.' },
  busy: { status: 503, title: 'The shop is busy', remedy: 'Wait.', retryAfterS: 7 },
});

function send({ document }: Problem): unknown {
  return JSON.parse(JSON.stringify(document));
}

test('a problem carries its document', () => {
  const problem = shopProblem('closed', 'until nine', [{ field: 'time', message: 'is too early' }]);
  expect(problem.document).toEqual({
    type: '/problems/closed',
    title: 'The shop is closed',
    status: 409,
    detail: 'until nine',
    errors: [{ field: 'time', message: 'is too early' }],
  });
  expect(problem.message).toBe('closed: until nine');
  expect(problem.retryAfterS).toBeUndefined();
});

test('a problem without more to say leaves the rest out', () => {
  expect(shopProblem('busy').document).toEqual({ type: '/problems/busy', title: 'The shop is busy', status: 503 });
  expect(shopProblem('busy').retryAfterS).toBe(7);
});

test.each(Object.keys(commonProblems) as (keyof typeof commonProblems)[])('%s is read as it was sent', (name) => {
  const problem = commonProblem(name, 'detail', [{ field: 'a', message: 'b' }]);
  const read = readProblem(problem.document.status, mediaType, send(problem));
  expect(read).toEqual(problem.document);
  expect(read && problemName(read)).toBe(name);
});

test('members that are not known are ignored', () => {
  const sent = { ...(send(shopProblem('closed')) as object), instance: '/doors/1', balance: 3 };
  expect(readProblem(409, mediaType, sent)).toEqual(shopProblem('closed').document);
});

test.each([
  ['of another media type', 409, 'application/json', send(shopProblem('closed'))],
  ['without a media type', 409, undefined, send(shopProblem('closed'))],
  ['with another status than the answer', 400, mediaType, send(shopProblem('closed'))],
  ['without a type', 409, mediaType, { title: 'No', status: 409 }],
  ['without a status', 409, mediaType, { type: '/problems/closed', title: 'No' }],
  ['that is text', 409, mediaType, 'closed'],
  ['that is nothing', 409, mediaType, undefined],
  ['that is null', 409, mediaType, null],
])('a body %s is no problem document', (_what, status, contentType, body) => {
  expect(readProblem(status, contentType, body)).toBeUndefined();
});

test.each([
  ['https://shop.example/problems/closed', 'closed'],
  ['closed', 'closed'],
  ['about:blank', 'about:blank'],
])('the name in the type %s is %s', (type, name) => {
  expect(problemName({ type, title: '', status: 409 })).toBe(name);
});

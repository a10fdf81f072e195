import { problemsOf } from 'service-kit/problem';

/** The problems that order-service adds to the common ones. */
export const orderProblem = problemsOf({
  'order-not-found': { status: 404, title: 'No such order' },
  'saga-not-found': { status: 404, title: 'No such saga' },
  'saga-not-retryable': {
    status: 409,
    title: 'Only a saga that is stuck or waits for its next attempt can be retried',
  },
  'saga-not-stuck': { status: 409, title: 'Only a stuck saga can be resolved' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key came with another request before' },
  'order-state-unknown': {
    status: 503,
    title: 'The order may have been recorded or not: repeat the request with the same Idempotency-Key',
    retryAfterS: 1,
  },
  'audit-incomplete': { status: 503, title: 'A participant could not be asked: nothing can be said', retryAfterS: 5 },
  'participant-unreachable': { status: 503, title: 'The participant did not answer', retryAfterS: 1 },
  'too-many-readers': { status: 503, title: 'This process has no room for another reader', retryAfterS: 1 },
  overloaded: { status: 503, title: 'Too many sagas are in flight: nothing was recorded', retryAfterS: 1 },
  draining: { status: 503, title: 'This process is stopping: ask again', retryAfterS: 1 },
});

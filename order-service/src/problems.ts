import { type ProblemTable, problemsOf } from 'service-kit/problem';

/** The problems that order-service adds to the common ones. */
export const orderProblems = {
  'order-not-found': {
    status: 404,
    title: 'No such order',
    remedy: 'Check the id, or look for the order with `GET /orders`.',
  },
  'saga-not-found': {
    status: 404,
    title: 'No such saga',
    remedy: 'Take the `sagaId` of the order, or look for the saga with `GET /sagas`.',
  },
  'saga-not-retryable': {
    status: 409,
    title: 'Only a saga that is stuck or waits for its next attempt can be retried',
    remedy: 'Look at the saga with `GET /sagas/{id}`: it is over, or somebody has retried or resolved it.',
  },
  'saga-retried-too-often': {
    status: 409,
    title: 'The saga was retried fifty times: nothing was written',
    remedy: 'See to the participant. What it never does is to be settled by hand: then resolve the saga.',
  },
  'saga-log-refused': {
    status: 409,
    title: 'This version of order-service cannot go on with the log of the saga: nothing was written',
    remedy:
      'The `detail` says what is wrong. If it is a step, ask again once the version that began the saga, or a newer one, runs.',
  },
  'saga-not-stuck': {
    status: 409,
    title: 'Only a stuck saga can be resolved',
    remedy: 'Look at the saga with `GET /sagas/{id}`: wait until it is over, and resolve it only if it is stuck then.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key came with another request before',
    remedy: 'Use a new key for another order. To repeat the first, send exactly the body that it had.',
  },
  'order-state-unknown': {
    status: 503,
    title: 'The order may have been recorded or not: repeat the request with the same Idempotency-Key',
    remedy:
      'Send the same request with the same key: it makes no second order. Without a key, look with `GET /orders` first.',
    retryAfterS: 1,
  },
  'audit-incomplete': {
    status: 503,
    title: 'A participant could not be asked: nothing can be said',
    remedy: 'See to the participant that `detail` names, then ask again.',
    retryAfterS: 5,
  },
  'participant-unreachable': {
    status: 503,
    title: 'The participant did not answer',
    remedy: 'See to that participant, then ask again. What was sent may have been done: look there first.',
    retryAfterS: 1,
  },
  'too-many-readers': {
    status: 503,
    title: 'This process has no room for another reader',
    remedy: 'Ask again after the seconds of `Retry-After`: another process may have room, or a reader may have left.',
    retryAfterS: 1,
  },
  overloaded: {
    status: 503,
    title: 'Too many sagas are in flight: nothing was recorded',
    remedy: 'Send the same request again after the seconds of `Retry-After`, and fewer at once.',
    retryAfterS: 1,
  },
  draining: {
    status: 503,
    title: 'This process is stopping: ask again',
    remedy: 'Nothing was recorded. Send the same request again: another process answers, or this one once it is back.',
    retryAfterS: 1,
  },
} as const satisfies ProblemTable;

export const orderProblem = problemsOf(orderProblems);

import {
  duration,
  httpUrl,
  milliseconds,
  portNumber,
  postgresUrl,
  serviceConfig,
  wholeNumber,
} from 'service-kit/config';
import type { z } from 'zod';

/** Everything that order-service takes from its environment. */
export const orderConfig = serviceConfig.extend({
  port: portNumber.default(8000),
  paymentServiceUrl: httpUrl,
  inventoryServiceUrl: httpUrl,

  /** How long POST /orders waits for its saga: a person's patience, and below the usual 60 s of proxies. */
  orderWaitMs: milliseconds.default(10_000),
  /** How often a request looks whether a saga that another process drives is over: not felt by a person. */
  orderPollMs: duration.default(100),
  /** How long a waiting POST may go on after SIGTERM: it answers 202 well before the process is gone. */
  drainWaitMs: milliseconds.default(3_000),

  /** More would only wait for each other: two cores drive four times as many in a second, each for a quarter of one. */
  maxSagasInFlight: wholeNumber(1, 100_000).default(300),
  /** Where to POST one JSON message when a saga gets stuck or passes its deadline; nowhere if it is absent. */
  alertWebhookUrl: httpUrl.optional(),

  /** A saga that has not completed by then turns back: all attempts of both steps fit in twice. */
  sagaDeadlineMs: milliseconds.default(30_000),
  /** Ten times what a healthy participant needs at its slowest. */
  actionTimeoutMs: duration.default(2_000),
  /** Enough to get over a restart of a connection, few enough not to keep a client waiting. */
  actionAttempts: wholeNumber(1, 100).default(3),
  /** A participant that is overloaded needs a moment; a client that waits has little. */
  actionBackoffFirstMs: milliseconds.default(200),
  actionBackoffMaxMs: milliseconds.default(400),
  /**
   * A participant that fails half of so many calls of an action within the window is given a rest. Calls that fail
   * together, in one request, count as one.
   */
  breakerCalls: wholeNumber(1, 1_000_000).default(20),
  breakerWindowMs: duration.default(10_000),
  breakerRestMs: milliseconds.default(2_000),
  /** What a participant's Retry-After can ask for: more would use up the client's patience. */
  longestRetryAfterMs: milliseconds.default(2_000),

  compensationTimeoutMs: duration.default(2_000),
  /** With the pauses below about 25 s: a participant's restart is over by then, and a person is called. */
  compensationAttempts: wholeNumber(1, 1000).default(8),
  compensationBackoffFirstMs: milliseconds.default(250),
  compensationBackoffMaxMs: milliseconds.default(8_000),

  /** Longer than any call, so that a slow one is not taken for a dead driver; short enough for a takeover in seconds. */
  leaseMs: duration.default(10_000),
  /** What a saga whose driver died waits at most beyond its lease. */
  recoveryIntervalMs: duration.default(1_000),
  /** Sagas that recovery drives at a time: a third of those of requests, which go on meanwhile. */
  recoveryBatch: wholeNumber(1, 10_000).default(100),
  /** A longer pause before a retry is not sat out in memory: recovery comes back to the saga when it is due. */
  longestPauseMs: milliseconds.default(2_000),

  /** Where to listen for changes, past a pooler; `DATABASE_URL` unless given. */
  directDatabaseUrl: postgresUrl.optional(),
  /** Other processes hear of changes at most so often: at once for a person, and nothing beside what a saga costs. */
  changeIntervalMs: duration.default(100),
  /** How often a stream of changes shows that it lives: below the 30 s after which proxies close what is silent. */
  changeBeatIntervalMs: duration.default(15_000),
  /** An audit that took less may be repeated at once; a longer one is handed out again for twice as long as it took. */
  auditQuickMs: milliseconds.default(2_000),
  /** Each reader keeps a connection open: more than people who watch, and few enough to be told in a millisecond. */
  maxChangeReaders: wholeNumber(0, 100_000).default(500),
});
export type Config = z.output<typeof orderConfig>;

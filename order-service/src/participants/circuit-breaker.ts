import CircuitBreaker from 'opossum';
import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import type { Call, SagaDefinition, Step } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';

export interface BreakerOptions {
  breakerCalls: number;
  breakerWindowMs: number;
  breakerRestMs: number;
}

type Ask<Input> = Call<Input>['call'];

/** Carries a result through the breaker as the failure that it counts. */
class Outage extends Error {
  constructor(readonly result: CallResult) {
    super(result.reason);
  }
}

/**
 * The same saga with a circuit breaker before the action of each step. A compensation is never held back.
 * @param watch told of each step's circuit when it opens and when it closes
 */
export function breakCircuits<Input>(
  definition: SagaDefinition<Input>,
  options: BreakerOptions,
  logger: Logger,
  watch: (step: string) => (isOpen: boolean) => void,
): SagaDefinition<Input> {
  const steps = definition.steps.map((step): Step<Input> => {
    const call = breakCircuit(step.name, step.action.call, options, logger, watch(step.name));
    return { ...step, action: { ...step.action, call } };
  });
  return { ...definition, steps };
}

/**
 * The same call behind a circuit breaker: while the participant is out, nothing is sent, and the call is answered so at
 * once. Only connection failures, timeouts, calls that were not let in, 502, 503 and 504 count as being out.
 * @param watch told when the circuit opens and when it closes
 */
export function breakCircuit<Input>(
  name: string,
  ask: Ask<Input>,
  options: BreakerOptions,
  logger: Logger,
  watch: (isOpen: boolean) => void = () => {},
): Ask<Input> {
  const breaker = new CircuitBreaker(
    async (work: () => Promise<CallResult>) => {
      const result = await work();
      if (isOutage(result)) throw new Outage(result);
      return result;
    },
    {
      timeout: false,
      volumeThreshold: options.breakerCalls,
      // The breaker opens above its threshold, and half of the calls is to be enough.
      errorThresholdPercentage: 49.99,
      rollingCountTimeout: options.breakerWindowMs,
      resetTimeout: options.breakerRestMs,
    },
  );
  breaker.on('open', () => {
    logger.error(`${name} is out: its circuit is open`);
    watch(true);
  });
  breaker.on('close', () => {
    logger.info(`${name} is back: its circuit is closed`);
    watch(false);
  });
  return async (...args) => {
    // Asked here, because the breaker would count what it refuses among the calls that did not fail.
    if (!breaker.closed && !breaker.pendingClose) {
      return { outcome: 'not-sent', kind: 'not-sent', reason: `not sent: the circuit of ${name} is open` };
    }
    // Whether it is back is tried with one call at a time.
    if (!breaker.closed) return pass(() => ask(...args));
    const result = await ask(...args);
    // One request that fails is one failure, or a single call that hangs would count for all that went with it.
    if (breaker.closed && !result.counted) await pass(async () => result);
    return result;
  };

  function pass(work: () => Promise<CallResult>): Promise<CallResult> {
    return breaker.fire(work).catch((error: unknown): CallResult => {
      if (error instanceof Outage) return error.result;
      return { outcome: 'unknown', kind: 'network', reason: describeError(error) };
    });
  }
}

function isOutage({ outcome, kind, httpStatus }: CallResult): boolean {
  if (outcome === 'not-sent' || kind === 'network' || kind === 'timeout') return true;
  return httpStatus === 502 || httpStatus === 503 || httpStatus === 504;
}

import { faultOperations } from 'service-kit/fault-messages';
import type { FaultSwitches } from 'service-kit/fault-switches';
import { stepNames } from './place-order.saga.ts';
import type { Passing } from './saga/saga-driver.ts';
import type { NewSagaEvent } from './saga/saga-events.ts';

/**
 * Every point at which the orchestrator can be made to die: before and after each event of a saga is written, such as
 * `after-action-called-payment` (the intent is logged, the call not sent) or `before-action-answered-payment` (the call
 * was answered, its outcome not logged).
 */
export function listCrashPoints(steps: readonly string[]): string[] {
  const ofSteps = ['action-called', 'action-answered', 'compensation-called', 'compensation-answered'].flatMap((type) =>
    steps.map((step) => `${type}-${step}`),
  );
  return ['begun', 'claimed', ...ofSteps, 'failed', 'parked', 'retried', 'resolved', 'ended'].flatMap((event) => [
    `before-${event}`,
    `after-${event}`,
  ]);
}

/** Dies, as `kill -9` would have it, wherever a crash is asked for. */
export function crashWhereAsked(faults: FaultSwitches): Passing {
  return async (when, event) => {
    // A switch that cannot be read is off: what was just committed must not look as if it had failed.
    const fault = await faults.take(`${when}-${nameEvent(event)}`).catch(() => undefined);
    if (fault) process.kill(process.pid, 'SIGKILL');
  };
}

/** The calls that set them. */
export const crashOperations = faultOperations(
  { names: listCrashPoints(stepNames), modes: ['crash'] },
  {
    'orchestrator-killed': {
      summary: 'Die once, say on `before-action-answered-payment`: the charge is made, its log entry is not',
      value: { mode: 'crash', times: 1 },
    },
  },
);

function nameEvent(event: NewSagaEvent): string {
  return 'step' in event && event.type !== 'failed' ? `${event.type}-${event.step}` : event.type;
}

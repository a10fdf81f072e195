import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AlertWebhook } from './participants/alert-webhook.ts';
import { stepNames } from './place-order.saga.ts';
import type { PlaceOrder } from './place-order.ts';
import type { SagaObserver } from './saga/saga-driver.ts';
import { type DropReason, dropReasons, type SagaEngine } from './saga/saga-engine.ts';
import type { Answered, SagaStatus } from './saga/saga-events.ts';

const endStatuses = ['COMPLETED', 'COMPENSATED', 'COMPENSATION_STUCK', 'RESOLVED'] as const satisfies SagaStatus[];
const directions = ['action', 'compensation'] as const;

export type SagaMetrics = ReturnType<typeof createSagaMetrics>;

/** What this process does with sagas, counted from their events. */
export function createSagaMetrics(registry: Registry) {
  const registers = [registry];

  /** A counter that stands at 0 for each label value, so that a rate sees its first step too. */
  function counter<Label extends string>(name: string, help: string, label: Label, values: readonly string[]) {
    const made = new Counter({ name, help, labelNames: [label], registers });
    for (const value of values) made.inc({ [label]: value } as Record<Label, string>, 0);
    return made;
  }

  const begun = new Counter({ name: 'sagas_begun_total', help: 'Sagas that this process began', registers });
  const ended = counter(
    'sagas_ended_total',
    'Sagas that this process brought to an end; one that is stuck and moved by hand ends again',
    'status',
    endStatuses,
  );
  const turnedBack = new Counter({
    name: 'sagas_turned_back_total',
    help: 'Sagas that turned back, by the step that failed and why: rejected, unknown, not-sent, or the deadline',
    labelNames: ['step', 'cause'],
    registers,
  });
  const durations = new Histogram({
    name: 'saga_step_duration_seconds',
    help: 'How long calls of participants took, by what came of them; not-sent where nothing can have reached the participant',
    labelNames: ['step', 'direction', 'outcome'],
    // Up to the 2 s after which a call is given up.
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4],
    registers,
  });
  const retries = new Counter({
    name: 'saga_step_retries_total',
    help: 'Calls of participants that were not the first attempt',
    labelNames: ['step', 'direction'],
    registers,
  });
  const compensated = counter('saga_compensations_total', 'Compensations that succeeded', 'step', stepNames);
  const compensationFailures = counter(
    'saga_compensation_failures_total',
    'Attempts of compensations that failed',
    'step',
    stepNames,
  );
  const claims = counter(
    'saga_claims_total',
    'Sagas that recovery took: due after a long pause, or left by a driver that stopped, died or was out of touch',
    'reason',
    ['due', 'takeover'],
  );
  const drops = counter('saga_drops_total', 'Drives of sagas that ended before their time', 'reason', dropReasons);
  const alerts = counter('saga_alerts_total', 'Messages to the alert webhook', 'result', ['delivered', 'failed']);
  const circuits = new Gauge({
    name: 'participant_circuit_open',
    help: '1 while the participant is out and its actions are not sent, else 0',
    labelNames: ['participant'],
    registers,
  });
  for (const step of stepNames) {
    circuits.set({ participant: step }, 0);
    for (const direction of directions) retries.inc({ step, direction }, 0);
    for (const cause of ['rejected', 'unknown', 'not-sent', 'deadline']) turnedBack.inc({ step, cause }, 0);
  }

  function countAnswer({ type, step, outcome, durationMs }: Answered): void {
    const direction = type === 'action-answered' ? 'action' : 'compensation';
    durations.observe({ step, direction, outcome }, durationMs / 1000);
    if (direction === 'compensation') (outcome === 'succeeded' ? compensated : compensationFailures).inc({ step });
  }

  const observe: SagaObserver<PlaceOrder> = (saga, event) => {
    switch (event.type) {
      case 'begun':
        return begun.inc();
      case 'claimed':
        return claims.inc({ reason: event.reason ?? 'takeover' });
      case 'action-called':
      case 'compensation-called': {
        const direction = event.type === 'action-called' ? 'action' : 'compensation';
        if (event.attempt > 1) retries.inc({ step: event.step, direction });
        return;
      }
      case 'action-answered':
      case 'compensation-answered':
        return countAnswer(event);
      case 'failed':
        return turnedBack.inc({ step: event.step, cause: event.kind ?? event.outcome });
      case 'parked':
        return ended.inc({ status: 'COMPENSATION_STUCK' });
      case 'resolved':
        return ended.inc({ status: 'RESOLVED' });
      case 'ended': {
        const turned = saga.log.some(({ type }) => type === 'failed');
        return ended.inc({ status: turned ? 'COMPENSATED' : 'COMPLETED' });
      }
    }
  };

  return {
    observe,

    observeDrop: (reason: DropReason): void => drops.inc({ reason }),

    /** Tells how many sagas the engine is at, and how many it may be at. */
    watchEngine(engine: SagaEngine<PlaceOrder>, maxSagasInFlight: number): void {
      new Gauge({ name: 'sagas_in_flight_limit', help: 'Beyond this no saga is begun', registers }).set(
        maxSagasInFlight,
      );
      new Gauge({
        name: 'sagas_in_flight',
        help: 'Sagas that this process begins or drives now',
        registers,
        collect() {
          this.set(engine.countInFlight());
        },
      });
    },

    watchCircuit:
      (participant: string) =>
      (isOpen: boolean): void =>
        circuits.set({ participant }, Number(isOpen)),

    /** The same webhook, its messages counted. */
    countAlerts:
      (send: AlertWebhook): AlertWebhook =>
      async (message) => {
        const count = (result: string) => alerts.inc({ result });
        await send(message).then(
          () => count('delivered'),
          (error) => {
            count('failed');
            throw error;
          },
        );
      },
  };
}

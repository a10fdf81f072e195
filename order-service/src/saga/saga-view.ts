import { z } from 'zod';
import { eventTypes, type Failure, outcomes, type SagaEvent, sagaStatuses } from './saga-events.ts';
import type { SagaRecord } from './saga-record.ts';
import { IllegalLog, readLog, type StepState } from './saga-state.ts';

const failedOutcome = z
  .enum(outcomes)
  .exclude(['succeeded'])
  .describe(
    '`rejected`: the participant said no; `not-sent`: nothing can have reached it; `unknown`: it may have happened',
  );
export const failure = z
  .object({ step: z.string(), outcome: failedOutcome, reason: z.string() })
  .meta({ id: 'Failure' });

const stepStatuses = [
  ...['NOT_CALLED', 'CALLING', 'SUCCEEDED', 'REJECTED', 'UNKNOWN', 'NOT_SENT'],
  ...['COMPENSATING', 'COMPENSATION_FAILED', 'COMPENSATED'],
] as const;

/** A saga as the API shows it. */
export const sagaView = z.object({
  id: z.string(),
  status: z.enum(sagaStatuses),
  failure: failure.nullable(),
  steps: z.array(
    z.object({ name: z.string(), status: z.enum(stepStatuses), attempts: z.int(), compensationAttempts: z.int() }),
  ),
  log: z.array(
    z.looseObject({
      seq: z.int(),
      at: z.iso.datetime(),
      type: z.enum(eventTypes),
      step: z.string().nullable(),
      attempt: z.int().nullable(),
      durationMs: z.int().nullable(),
      outcome: z.enum(outcomes).nullable(),
      reason: z.string().nullable(),
    }),
  ),
  compensationFailures: z.array(
    z.object({
      step: z.string(),
      attempt: z.int(),
      at: z.iso.datetime(),
      outcome: z.enum(outcomes),
      reason: z.string().nullable(),
    }),
  ),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
type SagaView = z.output<typeof sagaView>;

export function toSagaView(record: SagaRecord<unknown>): SagaView {
  return {
    id: record.id,
    status: record.status,
    failure: toFailure(record.failure),
    steps: readSteps(record.log),
    log: record.log.map(toLogEntry),
    compensationFailures: record.log.flatMap(toCompensationFailure),
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

/** Why a saga turned back, or null. */
export function toFailure(failure: Failure | null): Failure | null {
  return failure && { step: failure.step, outcome: failure.outcome, reason: failure.reason };
}

function readSteps(log: SagaEvent[]): SagaView['steps'] {
  try {
    return readLog(log).steps.map((step) => ({
      name: step.name,
      status: stepStatus(step),
      attempts: step.action.attempts,
      compensationAttempts: step.compensation.attempts,
    }));
  } catch (error) {
    // A log that cannot be driven can still be looked at.
    if (error instanceof IllegalLog) return [];
    throw error;
  }
}

const outcomeStatuses = {
  succeeded: 'SUCCEEDED',
  rejected: 'REJECTED',
  unknown: 'UNKNOWN',
  'not-sent': 'NOT_SENT',
} as const;

function stepStatus({ action, compensation }: StepState): (typeof stepStatuses)[number] {
  if (compensation.outcome === 'succeeded') return 'COMPENSATED';
  if (compensation.calling) return 'COMPENSATING';
  if (compensation.outcome !== null) return 'COMPENSATION_FAILED';
  if (action.calling) return 'CALLING';
  if (action.outcome === null) return 'NOT_CALLED';
  return outcomeStatuses[action.outcome];
}

function toLogEntry(event: SagaEvent): SagaView['log'][number] {
  const { seq, at, type, ...fields } = event;
  return {
    seq,
    at: at.toISOString(),
    type,
    step: null,
    attempt: null,
    durationMs: null,
    outcome: null,
    reason: null,
    ...fields,
  };
}

function toCompensationFailure(event: SagaEvent): SagaView['compensationFailures'] {
  if (event.type !== 'compensation-answered' || event.outcome === 'succeeded') return [];
  const { step, attempt, at, outcome, reason = null } = event;
  return [{ step, attempt, at: at.toISOString(), outcome, reason }];
}

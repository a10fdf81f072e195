import type { Failure, SagaEvent } from './saga-events.ts';
import { IllegalLog, readLog, type StepState } from './saga-state.ts';
import type { SagaRecord } from './saga-store.ts';

/** A saga as the API shows it. */
export function toSagaView(record: SagaRecord<unknown>) {
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

function readSteps(log: SagaEvent[]) {
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

function stepStatus({ action, compensation }: StepState) {
  if (compensation.outcome === 'succeeded') return 'COMPENSATED';
  if (compensation.calling) return 'COMPENSATING';
  if (compensation.outcome !== null) return 'COMPENSATION_FAILED';
  if (action.calling) return 'CALLING';
  if (action.outcome === null) return 'NOT_CALLED';
  return action.outcome.toUpperCase() as 'SUCCEEDED' | 'REJECTED' | 'UNKNOWN';
}

function toLogEntry(event: SagaEvent) {
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

function toCompensationFailure(event: SagaEvent) {
  if (event.type !== 'compensation-answered' || event.outcome === 'succeeded') return [];
  const { step, attempt, at, outcome, reason = null } = event;
  return [{ step, attempt, at: at.toISOString(), outcome, reason }];
}

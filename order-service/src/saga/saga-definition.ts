import type { CallResult } from './saga-events.ts';

/** A saga: steps that run in order, and whose compensations run in reverse. */
export interface SagaDefinition<Input> {
  /** A saga that has not completed by then turns back. */
  deadlineMs: number;
  steps: readonly Step<Input>[];
}

/** An action and the compensation that undoes it. */
export interface Step<Input> {
  name: string;
  action: Call<Input>;
  compensation: Call<Input>;
}

export interface Call<Input> {
  /** Asks the participant. Resolves with what came of it, never rejects; answers within `timeoutMs`. */
  call(input: Input, context: CallContext): Promise<CallResult>;
  timeoutMs: number;
  /** How often it is tried at most before the step fails or, for a compensation, the saga is stuck. */
  attempts: number;
  backoff: Backoff;
}

export interface CallContext {
  sagaId: string;
  attempt: number;
  timeoutMs: number;
}

/** The pause before attempt n + 1: `firstMs` doubled n - 1 times, at most `maxMs`, then jittered down to its half. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

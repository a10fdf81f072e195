import type { SagaEvent } from './saga-events.ts';
import type { SagaRow } from './saga-schema.ts';

/** A saga that this process drives: its lease is ours as long as its row has this fencing token and lease id. */
export interface HeldSaga<Input> {
  readonly id: string;
  readonly input: Input;
  readonly fencingToken: number;
  readonly leaseId: string;
  /** The trace that it began in. */
  readonly traceparent: string | null;
  readonly log: SagaEvent[];
  /** The database's clock. */
  now(): Date;
}

/** A saga with its log, for whoever wants to look at it. */
export interface SagaRecord<Input> extends SagaRow {
  input: Input;
  log: SagaEvent[];
}

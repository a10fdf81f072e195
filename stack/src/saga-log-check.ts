export interface SagaEventRow {
  sagaId: string;
  seq: number;
  type: string;
  step: string | null;
  outcome: string | null;
}

/**
 * Whether a log has a gap or, of a saga that turned back and is over, a step that may have been sent and is not known to be
 * compensated. Written apart from the engine, to be another opinion.
 */
export function wasLeftUndone(log: SagaEventRow[], turnedBack: boolean): boolean {
  if (log.some(({ seq }, index) => seq !== index + 1)) return true;
  if (!turnedBack) return false;
  const sent = new Set(
    log.filter((event) => event.type === 'action-called' && maySend(log, event)).map(({ step }) => step),
  );
  const undone = log.filter(({ type, outcome }) => type === 'compensation-answered' && outcome === 'succeeded');
  for (const { step } of undone) sent.delete(step);
  return sent.size > 0;
}

/** Only what the very next event says was not sent can be relied on not to have been. */
function maySend(log: SagaEventRow[], { seq, step }: SagaEventRow): boolean {
  const next = log[seq];
  return !(next?.type === 'action-answered' && next.step === step && next.outcome === 'not-sent');
}

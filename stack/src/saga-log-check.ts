export interface SagaEventRow {
  sagaId: string;
  seq: number;
  type: string;
  step: string | null;
  outcome: string | null;
}

/**
 * Whether the log of a saga that is over is not whole, or says something else than its end: a step that did not succeed
 * where all did, or one that may have been sent and is not known to be compensated. Written apart from the engine, to be
 * another opinion.
 * @param lastSeq the number of its last event, by the saga's row
 */
export function contradictsEnd(log: SagaEventRow[], lastSeq: number, turnedBack: boolean): boolean {
  if (log.length !== lastSeq || log.some(({ seq }, index) => seq !== index + 1)) return true;
  if (log[0]?.type !== 'begun' || log.at(-1)?.type !== 'ended') return true;
  if (log.some(({ type }) => type === 'failed') !== turnedBack) return true;
  const stepsOf = (wanted: string) => log.filter(({ type, outcome }) => type === wanted && outcome === 'succeeded');
  const called = new Set(log.filter(({ type }) => type === 'action-called').map(({ step }) => step));
  if (!turnedBack)
    return called.size === 0 || called.size !== new Set(stepsOf('action-answered').map(({ step }) => step)).size;
  const sent = new Set(
    log.filter((event) => event.type === 'action-called' && maySend(log, event)).map(({ step }) => step),
  );
  for (const { step } of stepsOf('compensation-answered')) sent.delete(step);
  return sent.size > 0;
}

/** Only what the very next event says was not sent can be relied on not to have been. */
function maySend(log: SagaEventRow[], { seq, step }: SagaEventRow): boolean {
  const next = log[seq];
  return !(next?.type === 'action-answered' && next.step === step && next.outcome === 'not-sent');
}

/** A saga as `GET /sagas` lists it, as far as its story is told. */
export interface WatchedSaga {
  id: string;
  log: SagaEntry[];
}

export interface SagaEntry {
  seq: number;
  at: string;
  type: string;
  step: string | null;
  attempt: number | null;
  durationMs: number | null;
  outcome: string | null;
  reason: string | null;
  steps?: string[];
  retryAt?: string;
  by?: string;
}

/** One event of a saga: it went as hoped, something failed or is taken back, or a person has to look. */
export interface SagaLine {
  sagaId: string;
  at: string;
  tone: 'plain' | 'good' | 'back' | 'bad';
  text: string;
}

const ends = ['ended', 'resolved'];
/** A saga that ended so long before the latest event is told as a whole: nothing of it has to be remembered. */
const rememberedMs = 60_000;

/**
 * Gives a function that says which lines are new in what was read: each event once, in the order of time.
 * @param since events before this time are not told
 */
export function createSagaLines(since: string): (sagas: readonly WatchedSaga[]) => SagaLine[] {
  const told = new Map<string, SagaEntry>();
  let toldSince = since;
  let latest = since;

  function takeNew({ id, log }: WatchedSaga): SagaLine[] {
    const lastTold = told.get(id)?.seq ?? 0;
    const entries = log.filter(({ seq, at }) => seq > lastTold && (lastTold > 0 || at >= toldSince));
    const last = entries.at(-1);
    if (last) told.set(id, last);
    const turnedBack = log.some(({ type }) => type === 'failed');
    let at = '';
    return entries.map((entry) => {
      // A clock that was set back must not change the order of a saga's events.
      at = entry.at > at ? entry.at : at;
      return { sagaId: id, at, ...describe(entry, turnedBack) };
    });
  }

  function forgetEnded(): void {
    const before = new Date(Date.parse(latest) - rememberedMs).toISOString();
    if (before < toldSince) return;
    toldSince = before;
    for (const [id, { type, at }] of told) if (ends.includes(type) && at < before) told.delete(id);
  }

  return (sagas) => {
    const lines = sagas.flatMap(takeNew).sort((one, other) => one.at.localeCompare(other.at));
    latest = lines.at(-1)?.at ?? latest;
    forgetEnded();
    return lines;
  };
}

function describe(entry: SagaEntry, turnedBack: boolean): Pick<SagaLine, 'tone' | 'text'> {
  const { type, step, attempt, outcome, durationMs, reason, by } = entry;
  const again = attempt !== null && attempt > 1 ? `, attempt ${attempt}` : '';
  switch (type) {
    case 'begun':
      return { tone: 'plain', text: `begins: ${entry.steps?.join(', ')}` };
    case 'action-called':
      return { tone: 'plain', text: `${step} is called${again}` };
    case 'compensation-called':
      return { tone: 'back', text: `${step} is asked to undo${again}` };
    case 'action-answered':
      if (outcome === 'succeeded') return { tone: 'good', text: `${step} succeeded (${durationMs} ms)` };
      return { tone: 'back', text: `${step} ${outcome?.replace('-', ' ')}: ${reason}${untilRetry(entry)}` };
    case 'compensation-answered':
      if (outcome === 'succeeded') return { tone: 'good', text: `${step} undone (${durationMs} ms)` };
      return { tone: 'bad', text: `${step} not undone: ${reason}${untilRetry(entry)}` };
    case 'failed':
      return { tone: 'back', text: `turns back at ${step}: the order is CANCELLED` };
    case 'claimed':
      if (reason === 'due') return { tone: 'plain', text: `taken up again by ${by}: its next attempt is due` };
      return { tone: 'back', text: `taken over by ${by}` };
    case 'parked':
      return { tone: 'bad', text: 'is stuck: a person has to retry or resolve it' };
    case 'retried':
      return { tone: 'back', text: `retried by ${by}` };
    case 'resolved':
      return { tone: 'back', text: `resolved by ${by}: ${reason}` };
    case 'ended':
      return turnedBack
        ? { tone: 'good', text: 'ends: all is undone' }
        : { tone: 'good', text: 'ends: the order is COMPLETED' };
    default:
      return { tone: 'plain', text: type };
  }
}

function untilRetry({ at, retryAt }: SagaEntry): string {
  if (!retryAt) return '';
  return `; again in ${Math.max(0, Date.parse(retryAt) - Date.parse(at))} ms`;
}

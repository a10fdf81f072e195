import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import { databaseClock } from '../saga/database-clock.ts';
import type { ChangeStream } from './change-stream.ts';

/** How long before it is heard of an event may bear its time: a statement may take 10 s, and its telling a while. */
const slackMs = 15_000;

export interface ChangeFeedOptions {
  /** The database's time. */
  readClock(): Promise<Date>;
  maxReaders: number;
  beatIntervalMs: number;
  logger: Logger;
}

export type ChangeFeed = ReturnType<typeof createChangeFeed>;

/** Passes on to this process's readers that sagas have changed. */
export function createChangeFeed({ readClock, maxReaders, beatIntervalMs, logger }: ChangeFeedOptions) {
  const readers = new Set<ChangeStream>();
  let caughtUpAt: Date | undefined;
  let now: (() => Date) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function tell(since: Date): void {
    for (const reader of readers) reader.tell(since);
  }

  /**
   * Tells of all that may have changed since the last time without being heard of: told while this process did not
   * listen, or never told because whoever committed it died.
   */
  async function catchUpOnce(): Promise<void> {
    const time = await readClock();
    tell(caughtUpAt ? before(caughtUpAt) : time);
    caughtUpAt = time;
    now = databaseClock(time);
  }

  function catchUp(): void {
    catchUpOnce().catch((error) => logger.debug('changes not caught up with', { error: describeError(error) }));
  }

  function beatOnce(): void {
    for (const reader of readers) reader.beat();
  }

  return {
    tell,
    catchUp,
    catchUpOnce,
    beatOnce,
    /** The problem that keeps another reader out, if there is one. */
    refusal(): 'draining' | 'too-many-readers' | undefined {
      if (stopped) return 'draining';
      return readers.size >= maxReaders ? 'too-many-readers' : undefined;
    },

    /** @param heardUntil the time of which the reader was told last, if it was here before */
    add(reader: ChangeStream, heardUntil: Date | undefined): void {
      readers.add(reader);
      // A new one that finds no time known yet is told of it as soon as the database says it.
      const since = heardUntil ? before(heardUntil) : now?.();
      if (since) reader.tell(since);
    },

    remove(reader: ChangeStream): void {
      readers.delete(reader);
    },

    start(): void {
      timer = setInterval(() => {
        beatOnce();
        catchUp();
      }, beatIntervalMs);
    },

    /** Ends every stream: its reader comes back, to another process if there is one. */
    stop(): void {
      stopped = true;
      clearInterval(timer);
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}

function before(time: Date): Date {
  return new Date(time.getTime() - slackMs);
}

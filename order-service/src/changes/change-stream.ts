import type { Response } from 'express';

export interface ChangeStream {
  /** Tells the reader that sagas have events at or after this time. */
  tell(since: Date): void;
  /** Shows that the stream lives, to the reader and to what lies between; ends it for a reader that does not read. */
  beat(): void;
  end(): void;
}

/** Server-sent events to one reader. While it does not read, nothing piles up: all it misses is one time. */
export function openChangeStream(response: Response): ChangeStream {
  let missedSince: Date | undefined;
  let blocked = false;
  let blockedAtLastBeat = false;

  function write(text: string): void {
    // One that has ended may take long to go out: a reader that does not read holds it up.
    if (!response.writableEnded) blocked = !response.write(text);
  }

  function tell(since: Date): void {
    if (blocked) {
      if (!missedSince || since < missedSince) missedSince = since;
      return;
    }
    const time = since.toISOString();
    write(`event: changed\nid: ${time}\ndata: ${JSON.stringify({ since: time })}\n\n`);
  }

  response.on('drain', () => {
    blocked = false;
    const since = missedSince;
    missedSince = undefined;
    if (since) tell(since);
  });
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  write('retry: 1000\n\n');

  return {
    tell,
    beat() {
      if (blocked && blockedAtLastBeat) response.destroy();
      blockedAtLastBeat = blocked;
      if (!blocked) write(': nothing new\n\n');
    },
    end: () => void response.end(),
  };
}

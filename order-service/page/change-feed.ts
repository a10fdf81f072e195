export interface ChangeFeedOptions {
  /** Sagas have events that were logged at or after this time (ISO, the database's). */
  onChange(since: string): void;
  onOpen(): void;
  onLost(): void;
}

export interface ChangeFeed {
  close(): void;
}

/** A browser gives up when it is answered with an error, as by a gateway that has nobody behind it: the page does not. */
const reopenMs = 1_000;

/** Listens to `GET /changes` until it is closed, whatever happens to the connection. */
export function openChangeFeed({ onChange, onOpen, onLost }: ChangeFeedOptions): ChangeFeed {
  let source: EventSource;
  let reopening: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source = new EventSource('/changes');
    source.addEventListener('open', onOpen);
    source.addEventListener('changed', ({ data }) => onChange(JSON.parse(data).since));
    source.addEventListener('error', () => {
      onLost();
      if (source.readyState === EventSource.CLOSED) reopening = setTimeout(open, reopenMs);
    });
  }

  open();
  return {
    close() {
      clearTimeout(reopening);
      source.close();
    },
  };
}

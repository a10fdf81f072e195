import { setTimeout as sleep } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';

/** Three of the server's heartbeats. */
const silenceMs = 45_000;
const reconnectMs = 1_000;

export interface ChangeListener {
  /** Sagas have events that were logged at or after this time. */
  changed(since: string): void;
  connected(): void;
  /** Told once for each time without a connection. */
  lost(reason: string): void;
}

/** Listens to `GET /changes` of order-service for ever; after a break it goes on where it was. */
export async function listenToChanges(orderUrl: string, listener: ChangeListener): Promise<never> {
  let lastEventId = '';
  let connected: boolean | undefined;

  async function listen(): Promise<void> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error('it went silent')), silenceMs);
    try {
      const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
      const { ok, status, body } = await fetch(`${orderUrl}/changes`, { headers, signal: silence.signal });
      if (!ok || !body) throw new Error(`HTTP ${status}`);
      connected = true;
      listener.connected();
      const messages = new EventSourceParserStream({ onComment: () => timer.refresh() });
      for await (const { event, id, data } of body.pipeThrough(new TextDecoderStream()).pipeThrough(messages)) {
        timer.refresh();
        if (id) lastEventId = id;
        if (event === 'changed') listener.changed(JSON.parse(data).since);
      }
      throw new Error('it closed the connection');
    } finally {
      clearTimeout(timer);
    }
  }

  for (;;) {
    await listen().catch((error: Error & { cause?: { code?: string } }) => {
      if (connected !== false) listener.lost(error.cause?.code ?? error.message);
      connected = false;
    });
    await sleep(reconnectMs);
  }
}

import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import express, { type Response } from 'express';
import { type HttpServer, listen } from 'service-kit/http-server';
import { createLogger } from 'service-kit/logger';
import { waitUntil } from 'stack/wait-until';
import { type ChangeFeed, createChangeFeed } from '../src/changes/change-feed.ts';
import { changeRoutes } from '../src/changes/change-routes.ts';
import { openChangeStream } from '../src/changes/change-stream.ts';
import { readChanges } from './change-reader.ts';

// The streams of one process, told by hand.
const logger = createLogger('test', { logLevel: 'error', logFormat: 'json' });
const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms);
let time: Date;
let clockFails: boolean;
let feed: ChangeFeed;
let server: HttpServer;
const responses: Response[] = [];
beforeEach(async () => {
  time = at(100_000);
  clockFails = false;
  feed = createChangeFeed({
    readClock: async () => {
      if (clockFails) throw new Error('the database is away');
      return time;
    },
    maxReaders: 10,
    beatIntervalMs: 60_000,
    logger,
  });
  const app = express();
  app.use((_request, response, next) => {
    responses.push(response);
    next();
  });
  server = await listen(app.use(changeRoutes(feed)), 0);
});
afterEach(async () => {
  feed.stop();
  responses.length = 0;
  await server.close(0);
});

const openReader = async (lastEventId?: string) => {
  const reader = await readChanges(server.url, lastEventId);
  return { ...reader, since: () => reader.told().map(({ since }) => since) };
};
const isos = (...times: Date[]) => times.map((each) => each.toISOString());

test('a reader that comes before the time is known hears of it once it is', async () => {
  const reader = await openReader();
  expect(reader.told()).toEqual([]);
  await feed.catchUpOnce();
  await reader.waitFor(1);
  expect(reader.since()).toEqual(isos(time));
});

test('a reader that comes back is caught up though the time is not known', async () => {
  const reader = await openReader(at(50_000).toISOString());
  await reader.waitFor(1);
  expect(reader.since()).toEqual(isos(at(35_000)));
});

test('catching up reaches back to the last time that it worked, and a margin further', async () => {
  await feed.catchUpOnce();
  const reader = await openReader();
  time = at(110_000);
  clockFails = true;
  await expect(feed.catchUpOnce()).rejects.toThrow('away');
  time = at(500_000);
  clockFails = false;
  await feed.catchUpOnce();
  time = at(515_000);
  await feed.catchUpOnce();
  await reader.waitFor(3);
  expect(reader.since().slice(1)).toEqual(isos(at(85_000), at(485_000)));
});

test('a stream that has ended takes nothing any more, also while it still goes out', async () => {
  const errors: Error[] = [];
  const app = express();
  app.get('/', (_request, response) => {
    response.on('error', (error) => errors.push(error));
    const stream = openChangeStream(response);
    stream.end();
    stream.tell(at(1));
    stream.beat();
  });
  const other = await listen(app, 0);
  const { status } = await fetch(other.url);
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  await other.close(0);
});

test('readers that were let go are told nothing any more', async () => {
  await feed.catchUpOnce();
  const reader = await openReader();
  await reader.waitFor(1);
  feed.stop();
  feed.tell(at(1));
  await reader.ended;
  expect(reader.told()).toHaveLength(1);
});

test('a beat shows a reader that its stream lives', async () => {
  const reader = await openReader();
  feed.beatOnce();
  await waitUntil('the beat is felt', async () => reader.text().includes('\n: '));
  feed.beatOnce();
  expect(reader.told()).toEqual([]);
});

/** Opens a stream that nobody reads, and fills it until it takes no more. */
async function blockReader(): Promise<{ response: Response; incoming: IncomingMessage }> {
  const [incoming] = (await once(http.get(`${server.url}/changes`, { agent: false }), 'response')) as [IncomingMessage];
  incoming.on('error', () => {});
  const response = responses.at(-1) as Response;
  while (!response.writableNeedDrain) {
    feed.tell(at(200_000));
    await new Promise(setImmediate);
  }
  return { response, incoming };
}

test('for a reader that does not read nothing piles up, and it is told later of all it missed', async () => {
  const { response, incoming } = await blockReader();
  const heldBytes = response.writableLength;
  for (let ms = 0; ms < 10_000; ms += 1) feed.tell(at(300_000 + Math.abs(ms - 5_000)));
  feed.beatOnce();
  expect(response.writableLength).toBe(heldBytes);
  let text = '';
  incoming.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await waitUntil('it is told', async () => text.includes(at(300_000).toISOString()));
  expect(text).not.toContain(at(300_001).toISOString());
  incoming.destroy();
});

test('a reader that does not read for a whole beat is let go', async () => {
  const { response, incoming } = await blockReader();
  feed.beatOnce();
  expect(response.destroyed).toBe(false);
  feed.beatOnce();
  expect(response.destroyed).toBe(true);
  await waitUntil('it is gone', async () => responses.at(-1)?.closed);
  incoming.destroy();
});

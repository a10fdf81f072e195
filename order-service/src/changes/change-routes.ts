import { Router } from 'express';
import type { Operation } from 'service-kit/openapi';
import { z } from 'zod';
import { orderProblem } from '../problems.ts';
import type { ChangeFeed } from './change-feed.ts';
import { openChangeStream } from './change-stream.ts';

/** Where a reader that comes back stopped. Its browser sends this; what is no time is no reader that was here before. */
const lastEventId = z.iso.datetime().transform((text) => new Date(text));

export function changeRoutes(feed: ChangeFeed): Router {
  const router = Router();

  router.get('/changes', (request, response) => {
    const refusal = feed.refusal();
    if (refusal) throw orderProblem(refusal);
    const stream = openChangeStream(response);
    if (request.method === 'HEAD') return stream.end();
    feed.add(stream, lastEventId.safeParse(request.get('last-event-id')).data);
    response.once('close', () => feed.remove(stream));
  });

  return router;
}

/** The call, as the documents show it. */
export const changesOperation: Operation = {
  id: 'followChanges',
  tag: 'sagas',
  method: 'get',
  path: '/changes',
  summary:
    'Server-sent events that tell since when sagas have changed: listen first, then read with `changedSince`. Whoever comes back with a `Last-Event-ID` is told first what changed since then',
  neverFails: true,
  answers: {
    200: {
      description:
        'Events `changed`: sagas have events that were logged at or after `since`, as in `data: {"since":"2030-01-31T12:00:00.000Z"}`',
      text: ['text/event-stream'],
    },
  },
  problems: ['too-many-readers', 'draining'],
};

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
  method: 'get',
  path: '/changes',
  summary: 'Server-sent events that tell since when sagas have changed: listen first, then read with `changedSince`',
  headers: z.object({
    'last-event-id': z.string().optional().describe('The last id that was read: what changed since then is told first'),
  }),
  answers: {
    200: {
      description: 'Events `changed`: sagas have events that were logged at or after `since`',
      mediaType: 'text/event-stream',
      schema: z.string().describe('`data: {"since":"2030-01-31T12:00:00.000Z"}`'),
    },
    503: { description: 'There are as many readers as this process takes, or it is stopping' },
  },
};

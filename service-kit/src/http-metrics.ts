import type { Request, RequestHandler, Response } from 'express';
import { Histogram, type Registry } from 'prom-client';

/** From a health check's few milliseconds to a request that waits for something for 10 s. */
const bucketsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Measures every request that passes, by method, route and status; one that its client gave up has the status `aborted`. */
export function measureRequests(registry: Registry): RequestHandler {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by the pattern of their route',
    labelNames: ['method', 'route', 'status'],
    buckets: bucketsS,
    registers: [registry],
  });
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      // A stream of events takes as long as its reader likes.
      if (isEventStream(response)) return;
      const status = response.writableFinished ? response.statusCode : 'aborted';
      durations.observe({ ...nameRoute(request), status }, (performance.now() - startedAt) / 1000);
    });
    next();
  };
}

export function isEventStream(response: Response): boolean {
  return response.get('content-type')?.startsWith('text/event-stream') ?? false;
}

/** Nothing of what a client makes up: it could make up a million. */
function nameRoute({ method, route }: Request): { method: string; route: string } {
  return typeof route?.path === 'string' ? { method, route: route.path } : { method: 'any', route: 'unmatched' };
}

import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Memory, CPU, event loop and garbage collection: of the process, however many services run in it. */
const processMetrics = new Registry();
collectDefaultMetrics({ register: processMetrics });

/** Answers with the metrics of a service and of its process, as Prometheus reads them. */
export function answerMetrics(registry: Registry): RequestHandler {
  return async (_request, response) => {
    const text = await Registry.merge([registry, processMetrics]).metrics();
    response.set('content-type', registry.contentType).send(text);
  };
}

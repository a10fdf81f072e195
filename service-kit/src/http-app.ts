import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Registry } from 'prom-client';
import { withDatabaseBudget } from './database-budget.ts';
import { docsPage } from './docs-page.ts';
import { answerFor } from './error-problem.ts';
import { isEventStream, measureRequests } from './http-metrics.ts';
import { readJsonBodies } from './json-body.ts';
import type { Logger } from './logger.ts';
import { answerMetrics } from './metrics.ts';
import { type ApiDescription, toOpenApi } from './openapi.ts';
import { commonProblem, commonProblems, problemMediaType } from './problem.ts';
import { problemPages } from './problem-pages.ts';
import { currentContext, runInContext, toRequestId } from './request-context.ts';
import { parseQuery } from './request-input.ts';
import { traceRequests } from './request-tracing.ts';
import type { Tracer } from './tracing.ts';

export interface HttpAppParts {
  logger: Logger;
  routes: Router;
  /** Those that pass a body on as it came: nothing has read it. */
  rawRoutes?: Router | undefined;
  api: ApiDescription;
  /** The service's metrics; those of its requests are added. */
  registry: Registry;
  /** Rejects while the service cannot do its work. */
  checkReady(): Promise<void>;
  /** How long the statements of a request may take together; for ever, if absent. */
  databaseTimeoutMs?: number;
  /** Makes a span of every request; without it nothing is traced. */
  tracer?: Tracer | undefined;
}

/**
 * An Express application with what every service has: request ids, one log line per request (those of reads that
 * were answered at the level debug), JSON bodies of up to
 * 16 kB, `/healthz`, `/readyz`, `/metrics`, `/openapi/v1.json`, `/docs`, and problem documents for every error with a
 * page for each type.
 */
export function createHttpApp(parts: HttpAppParts): Express {
  const { logger, routes, rawRoutes, api, registry, checkReady, tracer } = parts;
  const { databaseTimeoutMs = Number.POSITIVE_INFINITY } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  app.use(identifyRequest, (_request, _response, next) => withDatabaseBudget(databaseTimeoutMs, next));
  app.get('/healthz', (_request, response) => void response.json({ status: 'alive' }));
  app.get('/readyz', async (_request, response) => {
    await checkReady();
    response.json({ status: 'ready' });
  });
  app.get('/metrics', answerMetrics(registry));
  // After the calls that are made every few seconds and tell nothing.
  if (tracer) app.use(traceRequests(tracer));
  app.use(logRequest(logger), measureRequests(registry));
  if (rawRoutes) app.use(rawRoutes);
  app.use(readJsonBodies(), routes);
  // After the calls that are made most: every path that is looked at before theirs costs them time.
  const openApi = toOpenApi(api);
  app.get('/openapi/v1.json', (_request, response) => void response.json(openApi));
  app.use(docsPage(api.title), problemPages({ ...commonProblems, ...api.problems }));
  app.use((request) => {
    throw commonProblem('route-not-found', `${request.method} ${request.path}`);
  });
  app.use(answerError(logger));
  return app;
}

const identifyRequest: RequestHandler = (request, response, next) => {
  const requestId = toRequestId(request.get('x-request-id'));
  response.set('x-request-id', requestId);
  runInContext({ requestId }, next);
};

function logRequest(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const context = currentContext();
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedAt);
      const status = response.writableFinished ? response.statusCode : 'aborted';
      const level = isAnsweredRead(request, response) ? 'debug' : 'info';
      logger.log(level, `${request.method} ${request.originalUrl} ${status}`, { ...context, durationMs });
    });
    next();
  };
}

/** It has changed nothing, and a page that shows what happens makes many. A stream of events ends when its reader leaves. */
function isAnsweredRead({ method }: Request, response: Response): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return response.writableFinished ? response.statusCode < 400 : isEventStream(response);
}

function answerError(logger: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    // Its connection was closed before all of it had come: nobody can be answered, and the log is to say `aborted`.
    if (request.destroyed && !request.complete) return;
    const problem = answerFor(error, logger);
    if (response.headersSent) return next(error);
    if (problem.retryAfterS !== undefined) response.set('retry-after', String(problem.retryAfterS));
    response.status(problem.document.status).type(problemMediaType).send(JSON.stringify(problem.document));
  };
}

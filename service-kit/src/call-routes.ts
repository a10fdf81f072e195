import { type Response, Router } from 'express';
import { type BatchedAnswer, type BatchedRequest, batchRequest } from './call-messages.ts';
import { answerFor } from './error-problem.ts';
import type { Logger } from './logger.ts';
import { commonProblem } from './problem.ts';
import { currentContext, runInContext, toRequestId } from './request-context.ts';
import { readBody, readJson } from './request-input.ts';

/**
 * Does what the body of a POST asks for, and resolves with the body of the answer.
 * @param response which is going to tell of it, perhaps together with others
 */
export type Call = (body: unknown, response: Response) => Promise<object>;

/** Each call at its path, and all of them at `batchPath`, where one request carries several that run at once. */
export function callRoutes(calls: Readonly<Record<string, Call>>, batchPath: string, logger: Logger): Router {
  const router = Router();
  const byPath = new Map(Object.entries(calls));

  for (const [path, call] of byPath) {
    router.post(path, async (request, response) => {
      response.json(await call(readJson(request), response));
    });
  }

  router.post(batchPath, async (request, response) => {
    const { requests } = readBody(request, batchRequest);
    const responses = await Promise.all(requests.map((item) => answer(item, response)));
    response.json({ responses });
  });

  /** What the call by itself would be answered, with the log line that it would leave. Never rejects. */
  function answer({ url, headers, body }: BatchedRequest, response: Response): Promise<BatchedAnswer> {
    const requestId = toRequestId(headers?.['x-request-id']);
    return runInContext({ ...currentContext(), requestId }, async () => {
      const startedAt = performance.now();
      const answered = await run(url, body, response).catch(toAnswer);
      const durationMs = Math.round(performance.now() - startedAt);
      logger.info(`POST ${url} ${answered.status}`, { durationMs });
      return answered;
    });
  }

  async function run(url: string, body: unknown, response: Response): Promise<BatchedAnswer> {
    const call = byPath.get(url);
    if (!call) throw commonProblem('route-not-found', `POST ${url}`);
    return { status: 200, body: await call(body, response) };
  }

  function toAnswer(error: unknown): BatchedAnswer {
    const { document, retryAfterS } = answerFor(error, logger);
    return {
      status: document.status,
      ...(retryAfterS !== undefined && { headers: { 'retry-after': String(retryAfterS) } }),
      body: document,
    };
  }

  return router;
}

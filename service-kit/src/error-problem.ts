import { isUnavailable } from './database-errors.ts';
import { describeError } from './error-description.ts';
import type { Logger } from './logger.ts';
import { commonProblem, Problem } from './problem.ts';

/** The problem that a client gets for an error; a failure of the service is logged. */
export function answerFor(error: unknown, logger: Logger): Problem {
  const problem = toProblem(error);
  if (problem.document.status >= 500) {
    // What has a name was thought of; everything else somebody has to look at.
    logger.log(error instanceof Problem ? 'warn' : 'error', 'request failed', { error: describeError(error) });
  }
  return problem;
}

/** Its own problem, that of a body that cannot be read, or one that says nothing. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return commonProblem('service-unavailable', 'The database cannot be reached.');
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  if (status === 413) return commonProblem('payload-too-large');
  if (status === 415) return commonProblem('unsupported-media-type');
  if (error instanceof URIError || (expose === true && typeof status === 'number' && status < 500)) {
    return commonProblem('malformed-request', (error as Error).message);
  }
  return commonProblem('internal-error');
}

/** A problem document of RFC 9457, as the services send it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** A call that did not go as wished, in words for a person: what happened, and what to do about it. */
export class ServiceError extends Error {
  /** The last part of the problem's type, such as `saga-not-stuck`; null where there was no problem document. */
  readonly problem: string | null;
  readonly status: number | null;
  readonly remedy: string;

  constructor(message: string, remedy: string, { problem = null, status = null, cause }: ErrorFacts = {}) {
    super(message, { cause });
    this.problem = problem;
    this.status = status;
    this.remedy = remedy;
  }

  static withoutAnswer(call: string, cause: unknown): ServiceError {
    const late = cause instanceof DOMException && cause.name === 'TimeoutError';
    const what = late ? 'did not answer in time' : 'cannot be reached';
    return new ServiceError(`order-service ${what} (${call})`, 'It may be restarting: try again in a moment.', {
      cause,
    });
  }

  static fromAnswer(call: string, { status, headers, problem }: FailedAnswer): ServiceError {
    const seconds = headers.get('retry-after');
    const remedy = seconds ? `Try again in ${seconds} s.` : remedyFor(status);
    if (!problem) return new ServiceError(`HTTP ${status} without a reason (${call})`, remedy, { status });
    const fields = problem.errors?.map(({ field, message }) => `${field} ${message}`).join('; ');
    // A detail of bad input says the same as its fields.
    const message = [problem.title, fields || problem.detail].filter(Boolean).join(': ');
    return new ServiceError(message, remedy, { problem: nameOf(problem), status });
  }
}

interface ErrorFacts {
  problem?: string | null;
  status?: number | null;
  cause?: unknown;
}

interface FailedAnswer {
  status: number;
  headers: Headers;
  problem: Problem | null;
}

/** The problem that an answer carries, or null where it carries none. */
export function problemFrom(status: number, headers: Headers, body: unknown): Problem | null {
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') && typeof body === 'object';
  return isProblem && status >= 400 ? (body as Problem) : null;
}

function nameOf({ type }: Problem): string {
  return type.slice(type.lastIndexOf('/') + 1);
}

function remedyFor(status: number): string {
  if (status === 404) return 'It is not in this database: choose another one.';
  if (status === 409) return 'It has changed meanwhile: look at it again.';
  if (status < 500) return 'Change the input, then try again.';
  return 'Nothing is lost: try again, or look into the log of order-service.';
}

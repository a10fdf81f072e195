import axios from 'axios';
import { problemName, readProblem } from 'service-kit/problem';
import type { z } from 'zod';
import type { CallResult } from '../saga/saga-events.ts';
import type { ParticipantCall } from './participant-call.ts';

/** An answer of any status; a body that is no JSON is undefined. */
export interface ParticipantAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

/** Statuses of a participant, or of something before it, that may well be gone in a moment. */
const transientStatuses = new Set([429, 502, 503, 504]);
/** Statuses below 500 that do not say that nothing was done. */
const inconclusiveStatuses = new Set([408, 425, 429]);
/** Statuses of a participant that did not let us in: by its own word, a problem document, it has not looked at the call. */
const shutOutStatuses = new Set([401, 403, 421]);

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whether the answer says that nothing was done because the participant would not. */
export function isRejection({ status, headers, body }: ParticipantAnswer): boolean {
  const isClientError = status >= 400 && status < 500;
  const conclusive = isClientError && !inconclusiveStatuses.has(status) && !shutOutStatuses.has(status);
  return conclusive && readProblem(status, headers['content-type'], body) !== undefined;
}

/** What came of the call that was answered so. */
export function readAnswer(answer: ParticipantAnswer, call: ParticipantCall): CallResult {
  const { status, body } = answer;
  if (!isSuccess(status)) return readFailedAnswer(answer);
  const checked = call.answer.safeParse(body);
  if (!checked.success) return breachContract(status, checked.error);
  if (checked.data.sagaId !== call.message.sagaId) return breachContract(status, 'sagaId: is of another saga');
  return { outcome: 'succeeded', httpStatus: status };
}

/** What came of a call whose answer is not the contract's, as it says or as the schema found. */
export function breachContract(httpStatus: number, fault: string | z.ZodError): CallResult {
  const [issue] = typeof fault === 'string' ? [] : fault.issues;
  const what = issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : fault;
  return { outcome: 'unknown', kind: 'contract', httpStatus, reason: `the answer is not the contract's: ${what}` };
}

/** What came of a call whose answer is no 2xx. */
export function readFailedAnswer({ status, headers, body }: ParticipantAnswer): CallResult {
  const problem = readProblem(status, headers['content-type'], body);
  if (problem && isRejection({ status, headers, body })) {
    const reason = `${problemName(problem)}: ${problem.detail ?? problem.title}`;
    return { outcome: 'rejected', kind: 'rejection', httpStatus: status, reason: toStorable(reason) };
  }
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  const isShutOut = problem !== undefined && shutOutStatuses.has(status);
  return {
    outcome: isShutOut ? 'not-sent' : 'unknown',
    kind: 'http-status',
    httpStatus: status,
    reason: problem ? toStorable(`HTTP ${status} ${problemName(problem)}`) : `HTTP ${status}`,
    transient: isShutOut || transientStatuses.has(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Text of somebody else as a database takes it: without half characters and without NUL. */
function toStorable(text: string): string {
  return Buffer.from(text.slice(0, 1000)).toString().replaceAll('\0', '');
}

/** Codes of connections that were refused, cut or not made in time. */
const transientCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

export function readFailure(error: unknown, timeoutMs: number): CallResult {
  if (axios.isCancel(error)) {
    return { outcome: 'unknown', kind: 'timeout', reason: `no answer within ${timeoutMs} ms`, transient: true };
  }
  const code = readCode(error);
  if (neverConnected(error)) {
    return { outcome: 'not-sent', kind: 'network', reason: `network error: ${code}`, transient: true };
  }
  // What cannot be read as HTTP is not the network's fault.
  const kind = code.startsWith('HPE_') || code === 'ERR_BAD_RESPONSE' ? 'contract' : 'network';
  return { outcome: 'unknown', kind, reason: `${kind} error: ${code}`, transient: transientCodes.has(code) };
}

/** Whether no connection was made to any address of the host, so that nothing can have been sent. */
function neverConnected(error: unknown): boolean {
  const { errors, syscall, cause } = Object(error);
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  if (syscall !== undefined) return syscall === 'connect' || syscall === 'getaddrinfo';
  return cause !== undefined && neverConnected(cause);
}

function readCode(error: unknown): string {
  if (!axios.isAxiosError(error)) return String(error);
  // axios has one code for an answer that is cut off and for one that is too long.
  return /aborted/.test(error.message) ? 'ECONNRESET' : (error.code ?? error.message);
}

/** Retry-After in its form of seconds; the form of a date is ignored. */
function readRetryAfter(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

/** The value that the text is JSON for, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

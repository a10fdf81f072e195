import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { problemName, readProblem } from 'service-kit/problem';
import { contextHeaders } from 'service-kit/tracing';
import type { z } from 'zod';
import type { CallResult } from '../saga/saga-events.ts';

/** An HTTP client for one participant, with connections of its own that are kept alive. */
export function createParticipantClient(baseURL: string): AxiosInstance {
  // Shorter than a participant keeps an idle connection, so that a call never goes out on one that is just closing.
  const keepAlive = { keepAlive: true, timeout: 30_000 };
  return axios.create({
    baseURL,
    httpAgent: new http.Agent(keepAlive),
    httpsAgent: new https.Agent(keepAlive),
    proxy: false,
    maxRedirects: 0,
    maxContentLength: 64 * 1024,
    responseType: 'text',
    transformResponse: (body) => body,
    validateStatus: () => true,
  });
}

/**
 * POSTs a message and says what came of it; never rejects.
 * @param answer what a 2xx has to look like to count as a success
 */
export async function callParticipant(
  client: AxiosInstance,
  path: string,
  message: object,
  answer: z.ZodType,
  timeoutMs: number,
): Promise<CallResult> {
  try {
    const response = await client.post<string>(path, message, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: contextHeaders(),
    });
    return readAnswer(response, answer);
  } catch (error) {
    return readFailure(error, timeoutMs);
  }
}

/** Statuses of a participant, or of something before it, that may well be gone in a moment. */
const transientStatuses = new Set([429, 502, 503, 504]);
/** Statuses below 500 that do not say that nothing was done. */
const inconclusiveStatuses = new Set([408, 425, 429]);

function readAnswer({ status, headers, data }: AxiosResponse<string>, answer: z.ZodType): CallResult {
  const body = parseJson(data);
  if (status >= 200 && status < 300) {
    const checked = answer.safeParse(body);
    if (checked.success) return { outcome: 'succeeded', httpStatus: status };
    const [issue] = checked.error.issues;
    const reason = `the answer is not the contract's: ${issue?.path.join('.') || 'body'}: ${issue?.message}`;
    return { outcome: 'unknown', kind: 'contract', httpStatus: status, reason };
  }
  const problem = readProblem(status, headers['content-type'], body);
  if (problem && status >= 400 && status < 500 && !inconclusiveStatuses.has(status)) {
    const reason = `${problemName(problem)}: ${problem.detail ?? problem.title}`;
    return { outcome: 'rejected', kind: 'rejection', httpStatus: status, reason };
  }
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  return {
    outcome: 'unknown',
    kind: 'http-status',
    httpStatus: status,
    reason: problem ? `HTTP ${status} ${problemName(problem)}` : `HTTP ${status}`,
    transient: transientStatuses.has(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Codes of connections that were refused, cut or not made in time. */
const transientCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

function readFailure(error: unknown, timeoutMs: number): CallResult {
  if (axios.isCancel(error)) {
    return { outcome: 'unknown', kind: 'timeout', reason: `no answer within ${timeoutMs} ms`, transient: true };
  }
  const code = readCode(error);
  // What cannot be read as HTTP is not the network's fault.
  const kind = code.startsWith('HPE_') || code === 'ERR_BAD_RESPONSE' ? 'contract' : 'network';
  return { outcome: 'unknown', kind, reason: `${kind} error: ${code}`, transient: transientCodes.has(code) };
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

import http from 'node:http';
import https from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import type { z } from 'zod';
import type { CallResult } from '../saga/saga-events.ts';
import { type ParticipantAnswer, parseJson, readAnswer, readFailure } from './participant-answer.ts';

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

/** What a participant is asked on behalf of a saga. */
export interface ParticipantCall {
  path: string;
  message: SagaMessage;
  /** What a 2xx has to look like to count as a success; it has to be about the same saga, too. */
  answer: z.ZodType<SagaMessage>;
  headers: Record<string, string | undefined>;
}

export interface SagaMessage {
  sagaId: string;
}

/** The time in which there has to be an answer, from now on. */
export interface TimeLimit {
  timeoutMs: number;
  signal: AbortSignal;
}

export function startTimeLimit(timeoutMs: number): TimeLimit {
  return { timeoutMs, signal: AbortSignal.timeout(timeoutMs) };
}

/** POSTs the call's message and says what came of it; never rejects. */
export async function sendCall(client: AxiosInstance, call: ParticipantCall, limit: TimeLimit): Promise<CallResult> {
  try {
    return readAnswer(await post(client, call.path, call.message, call.headers, limit), call);
  } catch (error) {
    return readFailure(error, limit.timeoutMs);
  }
}

/** Rejects if there is no answer at all, or none in time. */
export async function post(
  client: AxiosInstance,
  path: string,
  message: object,
  headers: ParticipantCall['headers'],
  { signal }: TimeLimit,
): Promise<ParticipantAnswer> {
  const response = await client.post<string>(path, message, { signal, headers });
  return { status: response.status, headers: response.headers, body: parseJson(response.data) };
}

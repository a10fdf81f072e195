import type { AxiosInstance } from 'axios';
import { createMicroBatch } from 'service-kit/micro-batch';
import { problemMediaType } from 'service-kit/problem';
import { contextHeaders, currentSpan } from 'service-kit/tracing';
import { z } from 'zod';
import type { CallContext } from '../saga/saga-definition.ts';
import type { CallResult } from '../saga/saga-events.ts';
import {
  breachContract,
  isRejection,
  isSuccess,
  type ParticipantAnswer,
  readAnswer,
  readFailedAnswer,
  readFailure,
} from './participant-answer.ts';
import { type ParticipantCall, post, type SagaMessage, sendCall, startTimeLimit } from './participant-call.ts';

/** As many as a participant takes in one request. */
const mostCalls = 20;
/** How long a participant that knows no batches is not asked for one again: until then it may have been replaced. */
const unknownMs = 60_000;
/** How long after a batch without an answer calls go by themselves: what hangs may hang again, and would hold up the others. */
const cautiousMs = 5_000;

/** The answer to a batch: an answer to each call, in the same order. What is no 2xx is a problem document. */
const batchAnswer = z.object({
  responses: z.array(
    z.object({
      status: z.int().min(200).max(599),
      headers: z.object({ 'retry-after': z.string().optional() }).optional(),
      body: z.unknown(),
    }),
  ),
});

/**
 * Calls of one participant, of which those that come together go in one request to `batchPath`. What fails that request
 * fails each of them, but none for good: a repetition goes by itself.
 * @returns a function that says what came of the call, and never rejects
 */
export function createCallBatch(client: AxiosInstance, batchPath: string) {
  /** By path, so that what ails an action harms no compensation, and by timeout, so that none waits longer than its own. */
  const batches = new Map<string, (call: ParticipantCall) => Promise<CallResult>>();
  let plainUntil = 0;

  function batchOf({ path }: ParticipantCall, timeoutMs: number): (call: ParticipantCall) => Promise<CallResult> {
    const key = `${path} ${timeoutMs}`;
    const batch =
      batches.get(key) ??
      createMicroBatch({
        runBatch: (calls: ParticipantCall[]) => sendAll(calls, timeoutMs),
        maxItems: mostCalls,
        maxInFlight: Number.POSITIVE_INFINITY,
      });
    batches.set(key, batch);
    return batch;
  }

  /** Never rejects. */
  async function sendAll(calls: ParticipantCall[], timeoutMs: number): Promise<CallResult[]> {
    const limit = startTimeLimit(timeoutMs);
    const sendEach = () => Promise.all(calls.map((call) => sendCall(client, call, limit)));
    if (calls.length === 1) return sendEach();
    try {
      const requests = calls.map(({ path, headers, message }) => ({ url: path, headers, body: message }));
      const answer = await post(client, batchPath, { requests }, {}, limit);
      const isUnknown = answer.status === 404 || answer.status === 405;
      if (isUnknown) plainUntil = performance.now() + unknownMs;
      // It was the batch that was not understood, or one of its calls: by itself each is told what is wrong with it.
      return isUnknown || isRejection(answer) ? (await sendEach()).map(wasSent) : readBatch(answer, calls);
    } catch (error) {
      plainUntil = Math.max(plainUntil, performance.now() + cautiousMs);
      return failAll(calls, readFailure(error, timeoutMs));
    }
  }

  return (path: string, message: SagaMessage, answer: ParticipantCall['answer'], context: CallContext) => {
    const call = { path, message, answer, headers: contextHeaders() };
    // A request belongs to one trace.
    const goesAlone = context.attempt > 1 || currentSpan() !== undefined || performance.now() < plainUntil;
    return goesAlone
      ? sendCall(client, call, startTimeLimit(context.timeoutMs))
      : batchOf(call, context.timeoutMs)(call);
  };
}

/** What came of a call that was in a batch that was sent, too. */
function wasSent(result: CallResult): CallResult {
  return result.outcome === 'not-sent' ? { ...result, outcome: 'unknown' } : result;
}

function readBatch(answer: ParticipantAnswer, calls: ParticipantCall[]): CallResult[] {
  if (!isSuccess(answer.status)) return failAll(calls, readFailedAnswer(answer));
  const checked = batchAnswer.safeParse(answer.body);
  if (!checked.success) return failAll(calls, breachContract(answer.status, checked.error));
  const { responses } = checked.data;
  if (responses.length !== calls.length) {
    return failAll(calls, breachContract(answer.status, `responses: ${responses.length} to ${calls.length} calls`));
  }
  const results = calls.map((call, index) => {
    const { status, headers, body } = responses[index] as (typeof responses)[number];
    return readAnswer({ status, headers: { 'content-type': problemMediaType, ...headers }, body }, call);
  });
  // Where one answer is not the contract's, such as that of another saga, none of the others can be relied on.
  const breach = results.find(({ kind }) => kind === 'contract');
  return breach ? failAll(calls, breach) : results;
}

/** Any of them may be to blame: each is worth a repetition, by itself. It was one failure, not as many as calls. */
function failAll(calls: ParticipantCall[], result: CallResult): CallResult[] {
  return calls.map((_call, index) => ({ ...result, transient: true, ...(index > 0 && { counted: true }) }));
}

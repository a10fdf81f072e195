import axios, { type AxiosResponse } from 'axios';
import express, { type Request, Router } from 'express';
import { contextHeaders } from 'service-kit/tracing';
import { orderProblem } from '../problems.ts';
import { createParticipantClient } from './participant-call.ts';

/** Longer than any call of a saga, so that a slow one can be seen to be slow. */
const timeoutMs = 15_000;
/** The longest list of a participant has half of it. */
const maxContentLength = 4 * 1024 * 1024;
/** All that is passed on of a request, and back of its answer; everything else is between two neighbours. */
const requestHeaders = ['accept', 'content-type'] as const;
const answerHeaders = ['content-type', 'location', 'retry-after'] as const;

export interface ParticipantUrls {
  paymentServiceUrl: string;
  inventoryServiceUrl: string;
}

/** `/participants/payment/…` and `/participants/inventory/…`. */
export function participantDoors({ paymentServiceUrl, inventoryServiceUrl }: ParticipantUrls): Router {
  return Router()
    .use('/participants/payment', participantDoor('payment-service', paymentServiceUrl))
    .use('/participants/inventory', participantDoor('inventory-service', inventoryServiceUrl));
}

/**
 * Passes every request on to a participant as it came, and its answer back: for the page, which reaches nothing but this
 * service. The participant alone judges what the body says.
 */
function participantDoor(name: string, baseUrl: string): Router {
  const router = Router();
  const client = createParticipantClient(baseUrl);

  async function ask(request: Request): Promise<AxiosResponse<Buffer>> {
    const { path, body } = request;
    const [search = ''] = request.url.match(/\?.*/) ?? [];
    try {
      return await client.request<Buffer>({
        method: request.method,
        // Whatever host the path names, it comes after the participant's.
        url: `${baseUrl}${path}${search}`,
        headers: { ...pick(requestHeaders, request.headers), ...contextHeaders() },
        data: body,
        responseType: 'arraybuffer',
        transformRequest: (data) => data,
        maxContentLength,
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      if (!axios.isAxiosError(error)) throw error;
      throw orderProblem('participant-unreachable', `${name}: ${error.code ?? 'no answer'}`);
    }
  }

  router.use(express.raw({ type: () => true, limit: '16kb' }), async (request, response) => {
    const { status, headers, data } = await ask(request);
    if (status === 502 || status === 504) throw orderProblem('participant-unreachable', `${name}: HTTP ${status}`);
    // Whatever page a participant answers with, it does nothing under our name.
    response.set({ 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' });
    response.status(status).set(pick(answerHeaders, headers)).end(data);
  });
  return router;
}

function pick(names: readonly string[], headers: Record<string, unknown>): Record<string, string> {
  const entries = names.map((name) => [name, headers[name]]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

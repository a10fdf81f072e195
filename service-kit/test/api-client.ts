import { type ApiChecker, createApiChecker, type HttpAnswer } from './api-checker.ts';
import type { ApiCall, Json } from './api-document.ts';

export interface ApiRequest {
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** The query as it stands in the URL, instead. */
  search?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
}

/** An answer with its body, which is empty where it is not JSON. */
export interface ReadAnswer extends HttpAnswer {
  body: Json;
}

export type ApiClient = ReturnType<typeof createApiClient>;

/** Calls a service by the ids of its document. What a request does not say is as the document's examples have it. */
export function createApiClient(url: string, checker: ApiChecker) {
  /** The call, whose answer is checked, and has to have this status. */
  async function call(id: string, status: number, request: ApiRequest = {}): Promise<ReadAnswer> {
    const found = checker.calls.find((candidate) => candidate.id === id);
    if (!found) throw new Error(`no call ${id}`);
    const answer = await send(url, checker, toFetch(found, request));
    if (answer.status !== status) throw new Error(`${id} answered ${answer.status}, not ${status}: ${answer.text}`);
    return answer;
  }

  return { url, checker, calls: checker.calls, call };
}

export interface RawRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Sends a request and checks its answer. */
export async function send(url: string, checker: ApiChecker, { path, ...init }: RawRequest): Promise<ReadAnswer> {
  const target = new URL(`${url}${path}`);
  const { body = null, ...rest } = init;
  const response = await fetch(target, { ...rest, body });
  const answer = { status: response.status, headers: response.headers, text: await response.text() };
  checker.check(init.method, target.pathname, answer);
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { ...answer, body: isJson ? JSON.parse(answer.text) : {} };
}

function toFetch(call: ApiCall, { params = {}, query = {}, search, headers = {}, body }: ApiRequest): RawRequest {
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? exampleOf(call, name));
  const asked = search ?? String(new URLSearchParams(query));
  const sent = call.body && (body ?? Object.values(call.body.examples)[0]?.value);
  return {
    method: call.method,
    path: asked ? `${path}?${asked}` : path,
    headers: { ...(call.body && { 'content-type': 'application/json' }), ...headers },
    body: sent === undefined || typeof sent === 'string' ? sent : JSON.stringify(sent),
  };
}

function exampleOf(call: ApiCall, name: string): string {
  const schema = call.parameters.find((parameter) => parameter.name === name)?.schema.node;
  const values = (schema?.['examples'] ?? schema?.['enum']) as string[] | undefined;
  if (!values?.[0]) throw new Error(`${call.id} has no example of ${name}`);
  return values[0];
}

/** The document that the service serves. */
export async function fetchChecker(url: string): Promise<ApiChecker> {
  const response = await fetch(`${url}/openapi/v1.json`);
  return createApiChecker((await response.json()) as Json);
}

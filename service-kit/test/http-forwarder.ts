import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type HttpServer, listen } from '../src/http-server.ts';

/** Answers a request in place of the service; false lets it through. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HttpForwarder {
  url: string;
  /** What came through or was intercepted, oldest first. */
  seen: { path: string; requestId: string | undefined; headers: IncomingHttpHeaders }[];
  intercept: Intercept;
  close(): Promise<void>;
}

/** A port in front of an HTTP service that sees every request and may answer it itself. */
export async function startHttpForwarder(target: string): Promise<HttpForwarder> {
  const server: HttpServer = await listen((request, response) => {
    const { method, headers, url: path = '/' } = request;
    forwarder.seen.push({ path, requestId: headers['x-request-id'] as string | undefined, headers });
    if (forwarder.intercept(request, response)) return;
    const forwarded = http.request(`${target}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  }, 0);
  const forwarder: HttpForwarder = {
    url: server.url,
    seen: [],
    intercept: () => false,
    close: () => server.close(0),
  };
  return forwarder;
}

import { SpanKind } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { makeCurrent, markFailed, readTraceHeaders, type Tracer } from './tracing.ts';

/**
 * Makes a span of every request, in the trace that it says it belongs to. It is named by its route, because every path
 * with an id in it would be a name of its own.
 */
export function traceRequests(tracer: Tracer): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const [path, query] = request.originalUrl.split('?', 2);
    const attributes = {
      'http.request.method': method,
      'url.scheme': request.protocol,
      'url.path': path,
      'url.query': query,
      'user_agent.original': request.get('user-agent'),
    };
    const parent = readTraceHeaders(request.headers);
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    response.once('close', () => {
      const { statusCode, writableFinished } = response;
      const route: string | undefined = request.route?.path;
      if (route) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
      if (writableFinished) span.setAttribute('http.response.status_code', statusCode);
      if (!writableFinished) markFailed(span, 'aborted');
      else if (statusCode >= 500) markFailed(span, String(statusCode));
      span.end();
    });
    makeCurrent(span, parent, next);
  };
}

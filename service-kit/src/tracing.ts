import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { describeError } from './error-description.ts';
import { newId } from './ids.ts';
import { currentContext, runInContext } from './request-context.ts';

export type { Span, Tracer };

export interface SpanPlan {
  name: string;
  kind: 'internal' | 'client';
  attributes: Attributes;
  /** The trace to go on with: that of a W3C `traceparent`, or a new one for null; without it the current one. */
  traceparent?: string | null;
}

/** Runs `work` as a span that ends with it. What it awaits sees the span as the current one. */
export async function runInSpan<T>(
  tracer: Tracer,
  { name, kind, attributes, traceparent }: SpanPlan,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = traceparent === undefined ? context.active() : readTraceHeaders({ traceparent });
  const options = { kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes };
  const span = tracer.startSpan(name, options, parent);
  try {
    return await makeCurrent(span, parent, () => work(span));
  } catch (error) {
    markFailed(span, error instanceof Error ? error.name : 'error', describeError(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Runs `work` so that everything it awaits is part of the span, its log lines included. */
export function makeCurrent<T>(span: Span, parent: Context, work: () => T): T {
  const fields = { requestId: newId(), ...currentContext(), trace_id: span.spanContext().traceId };
  return context.with(trace.setSpan(parent, span), () => runInContext(fields, work));
}

/** @param type why, as one of a few words */
export function markFailed(span: Span, type: string, message = type): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** The current span, where there is one. */
export function currentSpan(): Span | undefined {
  return trace.getActiveSpan();
}

/** The current span as a W3C `traceparent`, to go on with its trace later or elsewhere; null where nothing is traced. */
export function currentTraceparent(): string | null {
  if (!currentSpan()) return null;
  const headers: { traceparent?: string } = {};
  propagation.inject(context.active(), headers);
  return headers.traceparent ?? null;
}

/** The trace that a request or a `traceparent` belongs to. Baggage is not read: it would go on to whoever is called. */
export function readTraceHeaders({ traceparent, tracestate }: Record<string, unknown>): Context {
  return propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
}

/** The headers of an outgoing request that tell what it is part of: the request id and, where it is traced, the trace. */
export function contextHeaders(): Record<string, string | undefined> {
  const headers = { 'x-request-id': currentContext()?.requestId };
  propagation.inject(context.active(), headers);
  return headers;
}

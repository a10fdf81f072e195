import { json } from 'node:stream/consumers';
import { waitUntil } from 'stack/wait-until';
import { z } from 'zod';
import { listen } from '../src/http-server.ts';

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])));
const id = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const span = z.object({
  traceId: id(32),
  spanId: id(16),
  parentSpanId: id(16).optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  kind: z.int().transform((kind) => ['', 'internal', 'server', 'client'][kind]),
  attributes,
  events: z.array(z.object({ name: z.string(), attributes })).transform((events) => events.map(({ name }) => name)),
  status: z.object({ code: z.int(), message: z.string().optional() }),
});
const traceRequest = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.object({ attributes }), scopeSpans: z.array(z.object({ spans: z.array(span) })) }),
  ),
});

export type CollectedSpan = z.output<typeof span> & {
  service: unknown;
  instance: unknown;
  /** All that is said of whoever sent it. */
  resource: Record<string, unknown>;
};

export interface TraceCollector {
  url: string;
  spans: CollectedSpan[];
  /** The span that meets the condition, once it is there. */
  waitFor(what: string, meets: (span: CollectedSpan) => boolean): Promise<CollectedSpan>;
  /** The trace as a tree once so many of its spans are there: `service: name`, those below a span indented. */
  drawTrace(traceId: string, spanCount: number): Promise<string[]>;
  close(): Promise<void>;
}

/** Takes traces as an OpenTelemetry collector does: OTLP over HTTP, as JSON. */
export async function startTraceCollector(port = 0): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const server = await listen(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/v1/traces') return void response.writeHead(404).end();
    for (const { resource, scopeSpans } of traceRequest.parse(await json(request)).resourceSpans) {
      const { 'service.name': service, 'service.instance.id': instance } = resource.attributes;
      const sender = { service, instance, resource: resource.attributes };
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((sent) => ({ ...sent, ...sender }))));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }, port);
  return {
    url: server.url,
    spans,
    waitFor: (what, meets) => waitUntil(`the span of ${what} is there`, async () => spans.find(meets)),
    drawTrace: (traceId, spanCount) =>
      waitUntil(`${spanCount} spans of trace ${traceId} are there`, async () => {
        const trace = spans.filter((candidate) => candidate.traceId === traceId);
        return trace.length >= spanCount && drawTree(trace);
      }),
    close: () => server.close(0),
  };
}

/** Spans whose parent is not there are at the top. */
function drawTree(trace: CollectedSpan[]): string[] {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const oldestFirst = trace.toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  const draw = (indent: string, belongs: (span: CollectedSpan) => boolean): string[] =>
    oldestFirst.filter(belongs).flatMap(({ service, name, spanId }) => {
      const below = draw(`${indent}  `, ({ parentSpanId }) => parentSpanId === spanId);
      return [`${indent}${service}: ${name}`, ...below];
    });
  return draw('', ({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
}

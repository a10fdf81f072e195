import { AsyncResource } from 'node:async_hooks';
import { hostname } from 'node:os';
import type { Tracer } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { ServiceConfig } from './config.ts';
import { describeError } from './error-description.ts';
import type { Logger } from './logger.ts';
import { waitAtMost } from './wait-at-most.ts';

export interface TraceExport {
  tracer: Tracer;
  /** Sends what is left, within a second; whatever the collector does, it resolves. */
  close(): Promise<void>;
}

/** What a stop can spare: it begins when requests have had their 6 s, and the process must be gone after 8 s. */
const closeTimeoutMs = 1_000;

/**
 * Sends the spans of a service to an OpenTelemetry collector. Undefined where no collector is configured: then nothing
 * of the SDK is loaded either.
 */
export async function openTraceExport(
  service: string,
  { otelExporterOtlpEndpoint: endpoint }: Pick<ServiceConfig, 'otelExporterOtlpEndpoint'>,
  logger: Logger,
): Promise<TraceExport | undefined> {
  if (!endpoint) return undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new NodeTracerProvider({
    // What the environment says comes last, and so counts. Other detectors ask the system or a cloud, and would hold up the start.
    resource: resources
      .defaultResource()
      .merge(
        resources.resourceFromAttributes({
          'service.name': service,
          'service.instance.id': `${hostname()}:${process.pid}`,
        }),
      )
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new BatchSpanProcessor(tellOfOutages(exporter, logger))],
  });
  // Makes spans current and writes them to headers, for the whole process. The tracer is passed along all the same: a
  // process may hold several services, and each sends its spans under its own name.
  provider.register();
  return {
    tracer: provider.getTracer(service),
    async close() {
      const sent = provider.shutdown().catch(() => {});
      await waitAtMost(closeTimeoutMs, sent);
    },
  };
}

/** The same exporter. The log is told when it begins to fail and when it is over: one line each, not one per batch. */
function tellOfOutages(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  // Bound, because a batch goes out in the context of some request, and that is not what the line is about.
  const tell = AsyncResource.bind((error: Error | undefined) => {
    if (failing === (error !== undefined)) return;
    failing = error !== undefined;
    if (failing) logger.warn('traces are not delivered', { error: describeError(error) });
    else logger.info('traces are delivered again');
  });
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        tell(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

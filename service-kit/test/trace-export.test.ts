import { hostname } from 'node:os';
import { createLogger } from '../src/logger.ts';
import { openTraceExport } from '../src/trace-export.ts';
import { startTraceCollector, type TraceCollector } from './trace-collector.ts';

let collector: TraceCollector;
beforeAll(async () => {
  collector = await startTraceCollector();
});
afterAll(() => collector.close());
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const instance = `${hostname()}:${process.pid}`;
const logger = createLogger('shop', { logLevel: 'error', logFormat: 'json' });

/** What the collector is told of whoever sent a span, in this environment. */
async function readResource(name: string, env: Record<string, string>): Promise<Record<string, unknown>> {
  Object.assign(process.env, env);
  const traces = await openTraceExport('shop', { otelExporterOtlpEndpoint: collector.url }, logger);
  traces?.tracer.startSpan(name).end();
  await traces?.close();
  return (await collector.waitFor(name, (span) => span.name === name)).resource;
}

test('a service goes by its own name unless told otherwise', async () => {
  const resource = await readResource('own', {});
  expect(resource).toMatchObject({ 'service.name': 'shop', 'service.instance.id': instance });
  expect(resource).toMatchObject({ 'telemetry.sdk.language': 'nodejs' });
});

test.each<[env: Record<string, string>, told: Record<string, string>]>([
  [{ OTEL_SERVICE_NAME: 'corner-shop' }, { 'service.name': 'corner-shop', 'service.instance.id': instance }],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,team=a%20team' },
    { 'service.name': 'shop', 'deployment.environment.name': 'staging', team: 'a team' },
  ],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,service.instance.id=7', OTEL_SERVICE_NAME: 'corner-shop' },
    { 'service.name': 'corner-shop', 'service.instance.id': '7' },
  ],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'nonsense', OTEL_SERVICE_NAME: '' }, { 'service.name': 'shop' }],
])('%j is obeyed', async (env, told) => {
  expect(await readResource(JSON.stringify(env), env)).toMatchObject(told);
});

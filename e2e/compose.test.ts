import { freePortOfEach } from 'stack/stack';
import { requireCleanAudit } from './clean-audit.ts';
import { type ComposeStack, createComposeStack } from './compose/compose-stack.ts';
import { crashOrderService } from './compose/crash-points.ts';
import { keepData } from './compose/data-kept.ts';
import { encryptDatabases } from './compose/database-tls.ts';
import { checkReplicas } from './compose/gateway-checks.ts';
import { waitPatiently } from './compose/gateway-patience.ts';
import { inspectContainers } from './compose/hardening.ts';
import { killOrderService } from './compose/killed-mid-saga.ts';
import { observe } from './compose/observability.ts';
import { stopPayment } from './compose/participant-down.ts';
import { scaleOrderService } from './compose/replicas.ts';
import { isDockerReachable, runProgram } from './compose/run-program.ts';
import { playScenarios } from './compose/scenarios.ts';
import { compareSettings } from './compose/settings.ts';
import { silenceDatabases } from './compose/silent-databases.ts';

// A first build fetches every package.
jest.setTimeout(300_000);

const hasDocker = process.env['REQUIRE_DOCKER'] === '1' || isDockerReachable();
if (!hasDocker) process.stderr.write('compose tests skipped: there is no Docker engine with Compose\n');

describe('settings', compareSettings);

// One environment for all stories, each of which leaves it whole.
(hasDocker ? describe : describe.skip)('compose', () => {
  let system: ComposeStack;
  let startMs: number;

  beforeAll(async () => {
    await runProgram('docker', ['compose', 'build']);
    system = createComposeStack(`saga-e2e-${process.pid}`, await freePortOfEach());
    const startedAt = performance.now();
    await system.up();
    startMs = performance.now() - startedAt;
  });
  afterAll(() => system?.remove());

  test('is healthy within 20 s once built', () => expect(startMs).toBeLessThan(20_000));
  describe('hardening', () => inspectContainers(() => system));
  describe('scenario', () => playScenarios(() => system));
  describe('payment-service is down', () => stopPayment(() => system));
  describe('order-service is killed in the middle of a saga', () => killOrderService(() => system));
  describe('order-service crashes', () => crashOrderService(() => system));
  describe('the databases are silent', () => silenceDatabases(() => system));
  describe('the gateway checks replicas', () => checkReplicas(() => system));
  describe('the gateway waits', () => waitPatiently(() => system));
  describe('several replicas', () => scaleOrderService(() => system));
  describe('observability', () => observe(() => system));
  describe('down and up', () => keepData(() => system));
  test('promise 3: after all of this the audit is clean', () => requireCleanAudit(system.services.order.url));
  describe('the databases over TLS', () => encryptDatabases(() => system));
});

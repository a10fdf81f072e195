import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import { listBoardExpressions, readAlerts, readComposeFile } from '../observability-files.ts';
import type { ComposeStack } from './compose-stack.ts';
import { inspect } from './hardening.ts';
import { runProgram } from './run-program.ts';

interface Target {
  labels: { job: string };
  health: string;
}
interface FiringAlert {
  labels: { alertname: string; step?: string };
  state: string;
}

export function observe(stack: () => ComposeStack): void {
  const withProfile = (...args: string[]) => stack().compose('--profile', 'observability', ...args);
  const scale = (replicas: number) =>
    stack().compose('up', '--detach', '--wait', '--no-recreate', '--scale', `order-service=${replicas}`);
  let prometheus: string;

  beforeAll(async () => {
    await scale(3);
    // Not Grafana: nothing is shown to anybody here.
    await withProfile('up', '--detach', '--wait', '--no-recreate', '--no-deps', 'prometheus');
    prometheus = `http://${await withProfile('port', 'prometheus', '9090')}`;
  });
  afterAll(async () => {
    await withProfile('rm', '--stop', '--force', 'prometheus');
    await scale(1);
  });

  async function ask<Data>(path: string): Promise<Data> {
    const { status, body } = await sendRequest(`${prometheus}/api/v1/${path}`);
    expect({ path, status, body }).toMatchObject({ status: 200, body: { status: 'success' } });
    return body['data'] as Data;
  }
  const listFiring = async () => {
    const { alerts } = await ask<{ alerts: FiringAlert[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
  };
  const listContainers = async (service: string) => (await stack().compose('ps', '--quiet', service)).split('\n');

  test('Prometheus can change nothing but its data, may do nothing and is nobody', async () => {
    const { HostConfig, NetworkSettings } = await inspect('container', stack().nameContainer('prometheus'));
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
    });
    expect(HostConfig.Memory).toBeGreaterThan(0);
    const bindings = Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? []);
    expect(bindings.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
    expect(await withProfile('exec', '-T', 'prometheus', 'id', '-un')).toBe('nobody');
  });

  test('every process is scraped, all of three replicas too', async () => {
    expect(await listContainers('order-service')).toHaveLength(3);
    await waitUntil('all targets are up', async () => {
      const { activeTargets } = await ask<{ activeTargets: Target[] }>('targets');
      const up = activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
      const services = ['inventory-service', 'order-service', 'order-service', 'order-service', 'payment-service'];
      return JSON.stringify(up.sort()) === JSON.stringify(services);
    });
  });

  test('every question of the board is understood', async () => {
    for (const expression of listBoardExpressions()) await ask(`query?query=${encodeURIComponent(expression)}`);
  });

  test('a compensation that fails and a saga that gets stuck call somebody, until it is retried', async () => {
    const { client, services } = stack();
    await sendRequest(`${services.payment.url}/faults/refund`, { method: 'PUT', body: { mode: 'reject' } });
    const placed = await client.placeOrderAsync({ itemName: 'cup', quantity: 1, price: 7, failInventory: true });
    await waitUntil(
      'failing compensations call',
      async () => (await listFiring()).includes('CompensationsFail'),
      60_000,
    );
    await waitUntil('a stuck saga calls', async () => (await listFiring()).includes('SagaStuck'), 90_000);
    expect((await client.findOrder(placed.id))?.sagaStatus).toBe('COMPENSATION_STUCK');
    expect(await listFiring()).toEqual(
      expect.not.arrayContaining(['ServiceDown', 'SagaUnfinished', 'SagaGaugesMissing']),
    );

    await sendRequest(`${services.payment.url}/faults`, { method: 'DELETE' });
    await sendRequest(`${services.order.url}/sagas/${placed.sagaId}/retry`, { method: 'POST' });
    expect((await client.waitUntilOver(placed)).sagaStatus).toBe('COMPENSATED');
    await waitUntil('nobody is called any more', async () => !(await listFiring()).includes('SagaStuck'), 90_000);
  }, 300_000);

  test('every rule can be evaluated', async () => {
    const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.map(({ name }) => name).sort()).toEqual(
      readAlerts()
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  describe('promtool', () => {
    const promtool = (folder: string, script: string) =>
      runProgram('docker', [
        ...['run', '--rm', '--network', 'none', '--volume', `${folder}:/input:ro`, '--workdir', '/input'],
        ...['--entrypoint', 'sh', readComposeFile().services['prometheus']?.image ?? '', '-ec', script],
      ]);
    const committed = join(repository, 'observability', 'prometheus');

    test('finds nothing wrong with the configuration and the rules', () =>
      promtool(committed, 'promtool check config --lint=all --lint-fatal prometheus.yml'));

    test('sees each alert fire when it should and only then', () =>
      promtool(committed, 'promtool test rules alerts.test.yml'));

    test.each(['order', 'payment', 'inventory'] as const)(
      'finds nothing wrong with the metrics of %s-service',
      async (name) => {
        const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
        const text = await (await fetch(`${stack().services[name].url}/metrics`)).text();
        // What prom-client measures by default goes by names of its own.
        const ours = text.split('\n').filter((line) => !/^(# \w+ )?(nodejs|process)_/.test(line));
        writeFileSync(join(folder, 'metrics'), ours.join('\n'));
        await runProgram('chmod', ['-R', 'a+rX', folder]);
        await promtool(folder, 'promtool check metrics < metrics');
        rmSync(folder, { recursive: true });
      },
    );
  });
}

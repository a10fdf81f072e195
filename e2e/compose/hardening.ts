import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from 'stack/postgres-programs';
import { serviceNames } from 'stack/stack';
import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

export function inspectContainers(stack: () => ComposeStack): void {
  test('there are seven containers', async () => {
    expect((await stack().compose('ps', '--all', '--services')).split('\n')).toHaveLength(7);
  });

  describe.each([
    ['order-service', 'node', undefined],
    ['payment-service', 'node', 'payment'],
    ['inventory-service', 'node', 'inventory'],
    ['gateway', 'haproxy', 'order'],
  ] as const)('%s', (service, user, published) => {
    test('can change nothing, may do nothing and is nobody', async () => {
      const { HostConfig } = await inspect('container', stack().nameContainer(service));
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        Privileged: false,
        CapAdd: null,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
      });
      expect(HostConfig.Memory).toBeGreaterThan(0);
      const asked = ['sh', '-c', 'id -un; grep -E "^(CapEff|NoNewPrivs)" /proc/self/status'];
      expect(await stack().compose('exec', '-T', service, ...asked)).toMatch(
        new RegExp(`^${user}\\nCapEff:\\s+0+\\nNoNewPrivs:\\s+1$`),
      );
    });

    test(published ? 'is published on 127.0.0.1 only' : 'is published nowhere', async () => {
      const { NetworkSettings } = await inspect('container', stack().nameContainer(service));
      const bindings = Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? []);
      expect(bindings.map(({ HostIp, HostPort }) => `http://${HostIp}:${HostPort}`)).toEqual(
        published ? [stack().services[published].url] : [],
      );
    });
  });

  describe.each(serviceNames)('%s-service', (name) => {
    const service = `${name}-service`;
    const read = (...command: string[]) => stack().compose('exec', '-T', service, ...command);

    test('holds compiled code without what only development needs', async () => {
      const ours = await read('find', '/app', '-name', 'node_modules', '-prune', '-o', '-type', 'f', '-print');
      expect(ours).toContain(`/app/${service}/dist/main.js`);
      const isRun = (file: string) =>
        /\.(js|json|sql)$/.test(file) || /^\/app\/order-service\/page\/[\w-]+\.(html|css)$/.test(file);
      expect(ours.split('\n').filter((file) => !isRun(file))).toEqual([]);
      const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
      const packages = (await read('sh', '-c', 'cd /app/node_modules && ls -d * @*/*')).split('\n');
      expect(Object.keys(devDependencies).filter((dependency) => packages.includes(dependency))).toEqual([]);
      expect(packages.filter((dependency) => dependency.endsWith('-service'))).toEqual([service]);
    });

    test('its database is published nowhere and reached by it alone', async () => {
      const { NetworkSettings } = await inspect('container', stack().nameContainer(`db-${name}`));
      expect(Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? [])).toEqual([]);
      expect(Object.keys(NetworkSettings.Networks)).toEqual([`${stack().project}_db-${name}`]);
      const { Internal, Containers } = await inspect('network', `${stack().project}_db-${name}`);
      expect(Internal).toBe(true);
      const members = Object.values(Containers).map((container) => container.Name);
      expect(members.sort()).toEqual([stack().nameContainer(`db-${name}`), stack().nameContainer(service)].sort());
    });
  });
}

interface Inspected {
  HostConfig: { Memory: number };
  NetworkSettings: {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
    Networks: Record<string, unknown>;
  };
  Internal: boolean;
  Containers: Record<string, { Name: string }>;
}

export async function inspect(kind: 'container' | 'network', name: string): Promise<Inspected> {
  const [found] = JSON.parse(await runProgram('docker', [kind, 'inspect', name])) as [Inspected];
  return found;
}

import { repository } from 'stack/postgres-programs';
import { type OfEach, ofEach, portVariable, serviceNames } from 'stack/stack';
import { createSystemClient, type SystemClient } from 'stack/system-client';
import { waitUntil } from 'stack/wait-until';
import { DockerComposeEnvironment, type StartedDockerComposeEnvironment, Wait } from 'testcontainers';
import { runProgram } from './run-program.ts';

// Its image would be one more to have, and `remove` takes everything away.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';

/** The compose file as a project of its own. */
export interface ComposeStack {
  project: string;
  services: OfEach<{ url: string }>;
  client: SystemClient;
  /** Starts what does not run; resolves once all is healthy. */
  up(): Promise<void>;
  /** Removes the containers; the volumes stay. */
  down(): Promise<void>;
  /** Leaves nothing, however far a start came. */
  remove(): Promise<void>;
  /** Brings every container back that was paused, stopped or killed; resolves once all are healthy. */
  restore(): Promise<void>;
  /** A `docker compose` command on this project; resolves with what it printed. */
  compose(...args: string[]): Promise<string>;
  nameContainer(service: string): string;
}

export function createComposeStack(project: string, ports: OfEach<number>): ComposeStack {
  const published = Object.fromEntries(serviceNames.map((name) => [portVariable(name), `${ports[name]}`]));
  // Any: where that is can be asked, because what listens there is never restarted.
  const environment = { ...published, PROMETHEUS_PORT: '0' };
  const services = ofEach((name) => ({ url: `http://127.0.0.1:${ports[name]}` }));
  const compose = (...args: string[]) =>
    runProgram('docker', ['compose', '--project-name', project, ...args], environment);
  const nameContainer = (service: string) => `${project}-${service}-1`;
  const containers = [...serviceNames.flatMap((name) => [`db-${name}`, `${name}-service`]), 'gateway'].map(
    nameContainer,
  );
  let started: StartedDockerComposeEnvironment | undefined;

  return {
    project,
    services,
    client: createSystemClient(services),
    compose,
    nameContainer,
    async up() {
      started = await new DockerComposeEnvironment(repository, 'docker-compose.yml')
        .withProjectName(project)
        .withEnvironment(environment)
        .withAutoCleanup(false)
        .withDefaultWaitStrategy(Wait.forHealthCheck())
        .up();
    },
    async down() {
      await started?.down({ removeVolumes: false });
    },
    async remove() {
      await compose('--profile', 'observability', 'down', '--volumes', '--timeout', '0');
    },
    async restore() {
      const paused = await runProgram('docker', [
        'ps',
        '--quiet',
        '--filter',
        `name=${project}`,
        '--filter',
        'status=paused',
      ]);
      if (paused) await runProgram('docker', ['unpause', ...paused.split('\n')]);
      await runProgram('docker', ['start', ...containers]);
      await waitUntil(
        'all containers are healthy',
        async () => {
          const health = await runProgram('docker', ['inspect', '--format', '{{.State.Health.Status}}', ...containers]);
          return health.split('\n').every((status) => status === 'healthy');
        },
        60_000,
      );
    },
  };
}

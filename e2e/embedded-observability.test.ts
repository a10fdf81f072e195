import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from 'stack/postgres-programs';
import { readMetrics } from '../service-kit/test/exposition.ts';
import { useEmbeddedStack } from './embedded-stack.ts';
import {
  listBoardExpressions,
  readAlerts,
  readBoard,
  readBoardFolder,
  readComposeFile,
  readDatasources,
} from './observability-files.ts';
import { listMetrics } from './promql.ts';

const system = useEmbeddedStack();
/** What the services measure, and the one thing that Prometheus adds. */
let measured: string[];

beforeAll(async () => {
  const order = { itemName: 'lamp', quantity: 1, price: 10 };
  await system.client.placeOrder(order);
  await system.client.placeOrder({ ...order, failInventory: true });
  const answers = await Promise.all(Object.values(system.doors).map(({ url }) => readMetrics(url)));
  const names = answers.flatMap(({ samples }) => [...samples.keys()].map((sample) => sample.replace(/\{.*/s, '')));
  measured = [...new Set(['up', ...names])];
});

test('the names in an expression are found', () => {
  const expression =
    'histogram_quantile(0.9, sum by (le, job) (rate(a_bucket{b="c{d}"}[5m]))) > 2 unless on (e) max(f:g) or h';
  expect(listMetrics(expression)).toEqual(['a_bucket', 'f:g', 'h']);
});

describe('the board', () => {
  const panels = readBoard().panels.filter(({ type }) => type !== 'row');

  test.each(panels.map((panel) => [panel.title, panel] as const))('%s: has a unit and a meaning', (title, panel) => {
    expect(title).toMatch(/\w/);
    expect(panel.description).toMatch(/\w.*\.$/);
    expect(panel.fieldConfig?.defaults.unit).toMatch(/\w/);
    const sources = [panel.datasource, ...(panel.targets ?? []).map(({ datasource }) => datasource)];
    expect(new Set(sources.map((source) => source?.uid))).toEqual(new Set(readDatasources().map(({ uid }) => uid)));
  });

  test('asks only for what is measured', () => {
    const asked = listBoardExpressions().flatMap(listMetrics);
    expect(asked.length).toBeGreaterThanOrEqual(panels.length);
    expect(asked.filter((name) => !measured.includes(name))).toEqual([]);
  });

  test('shows everything that the services measure, but for what every Node process does', () => {
    const asked = new Set([...listBoardExpressions(), ...readAlerts().map(({ expr }) => expr)].flatMap(listMetrics));
    const shown = new Set([...asked].map(nameFamily));
    const ours = measured.filter((name) => !/^(nodejs|process)_/.test(name)).map(nameFamily);
    expect(ours.filter((name) => !shown.has(name))).toEqual([]);
  });

  test('is where Grafana looks for it, and is its first page', () => {
    const { services, configs } = readComposeFile();
    const { environment, configs: mounted = [] } = services['grafana'] ?? {};
    const boards = mounted.filter(({ target }) => dirname(target) === readBoardFolder());
    expect(boards.map(({ target }) => target)).toEqual([environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']]);
    for (const { source } of mounted) expect(existsSync(join(repository, configs[source]?.file ?? ''))).toBe(true);
  });
});

describe('the alerts', () => {
  test.each(readAlerts().map((alert) => [alert.alert, alert] as const))(
    '%s: asks for what is measured and says what to do',
    (_name, { expr, labels, annotations }) => {
      expect(listMetrics(expr).length).toBeGreaterThan(0);
      expect(listMetrics(expr).filter((name) => !measured.includes(name))).toEqual([]);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\w/);
      expect(annotations.description).toMatch(/\w.*\.$/);
    },
  );
});

test('nobody can log in to Grafana, and whoever comes only looks', () => {
  expect(readComposeFile().services['grafana']?.environment).toMatchObject({
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_AUTH_BASIC_ENABLED: 'false',
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
  });
});

/** A histogram is one metric, however many series it has. */
function nameFamily(name: string): string {
  return name.replace(/_(bucket|count|sum)$/, '');
}

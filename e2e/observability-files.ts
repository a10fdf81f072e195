import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from 'stack/postgres-programs';
import { parse } from 'yaml';

export interface Panel {
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
  fieldConfig?: { defaults: { unit?: string } };
}

export interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

interface ComposeFile {
  services: Record<
    string,
    { image: string; environment: Record<string, string>; configs: { source: string; target: string }[] }
  >;
  configs: Record<string, { file: string }>;
}

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

export const readBoard = () => JSON.parse(read('observability/grafana/sagas.json')) as { panels: Panel[] };
export const readDatasources = () =>
  parse(read('observability/grafana/datasource.yml')).datasources as { uid: string }[];
export const readBoardFolder = () =>
  parse(read('observability/grafana/boards.yml')).providers[0].options.path as string;
export const readComposeFile = () => parse(read('docker-compose.yml'), { merge: true }) as ComposeFile;

/** Every alert, group by group. */
export function readAlerts(): Alert[] {
  const { groups } = parse(read('observability/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** What the panels of the board ask Prometheus. */
export function listBoardExpressions(): string[] {
  const targets = readBoard().panels.flatMap(({ targets = [] }) => targets);
  return targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));
}

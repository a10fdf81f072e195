import { serviceNames } from 'stack/stack';
import { cpuParts, type Round } from './round.ts';
import type { SystemName } from './systems.ts';

/** The figures of one system under one load, in one run or as the medians of several. */
export interface Row extends Round {
  load: string;
  clients: number;
  system: SystemName;
  /** Its orders a second as a share of what the typical system did under the same load. */
  ofTypical: number;
  /** The lowest and the highest of these shares in several runs. */
  ofTypicalRange?: [lowest: number, highest: number];
  /** As a share of what Postgres alone could do; undefined where that was not measured. */
  ofLimit: number | undefined;
}

type Column = [title: string, show: (row: Row) => string];

const columns: Column[] = [
  ['load', ({ load }) => load],
  ['clients', ({ clients }) => String(clients)],
  ['system', ({ system }) => system],
  ['orders/s', ({ ordersPerSecond }) => ordersPerSecond.toFixed(0)],
  ['× typical', showOfTypical],
  ['× limit', ({ ofLimit }) => ofLimit?.toFixed(2) ?? 'unknown'],
  ['p50 ms', ({ p50 }) => p50.toFixed(1)],
  ['p95 ms', ({ p95 }) => p95.toFixed(1)],
  ['p99 ms', ({ p99 }) => p99.toFixed(1)],
  ['CPU s/1,000', ({ cpu }) => sumOwnCpu(cpu).toFixed(2)],
  ...cpuParts.map((part): Column => [`${part} CPU`, ({ cpu }) => cpu[part].toFixed(2)]),
  ...serviceNames.map((name): Column => [`${name} MB`, ({ resident }) => resident[name].toFixed(0)]),
];

/** The rows as a table in Markdown that also reads well as it is. */
export function showTable(rows: readonly Row[]): string {
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, show]) => show(row)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
  const show = (cells: string[]) => `| ${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => `${'-'.repeat(width + 1)}:`).join('|')}|`;
  const [head = [], ...body] = lines;
  return [show(head), rule, ...body.map(show)].join('\n');
}

function showOfTypical({ ofTypical, ofTypicalRange }: Row): string {
  const range = ofTypicalRange?.map((share) => share.toFixed(2)).join('–');
  return `${ofTypical.toFixed(2)}${range ? ` (${range})` : ''}`;
}

/** The CPU seconds for 1,000 orders of everything but the load generator. */
function sumOwnCpu({ generator: _, ...own }: Round['cpu']): number {
  return Object.values(own).reduce((sum, seconds) => sum + seconds, 0);
}

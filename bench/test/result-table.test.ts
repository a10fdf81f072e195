import { ofEach } from 'stack/stack';
import { type Row, showTable } from '../src/result-table.ts';
import { type CpuPart, cpuParts } from '../src/round.ts';

const noCpu = Object.fromEntries(cpuParts.map((part) => [part, 0])) as Record<CpuPart, number>;
const row: Row = {
  load: 'happy',
  clients: 16,
  system: 'ours',
  ordersPerSecond: 412.6,
  ofTypical: 2.5,
  ofLimit: 0.4,
  p50: 30.04,
  p95: 50,
  p99: 1234.56,
  cpu: { ...noCpu, order: 1, payment: 0.5, inventory: 0.25, 'db-order': 0.125, generator: 9 },
  resident: { ...ofEach(() => 0), order: 150, payment: 90.4, inventory: 91.5 },
};

test('every figure has its column, and the load generator is not counted among the services', () => {
  const [head = '', rule = '', line = ''] = showTable([row, { ...row, ofLimit: undefined }]).split('\n');
  const cells = (text: string) => text.split('|').map((cell) => cell.trim());
  const [titles, values] = [cells(head), cells(line)];
  const figureOf = (title: string) => values[titles.indexOf(title)];
  expect(titles).toHaveLength(values.length);
  expect(rule.length).toBe(head.length);
  expect(figureOf('orders/s')).toBe('413');
  expect(figureOf('× typical')).toBe('2.50');
  expect(figureOf('p99 ms')).toBe('1234.6');
  expect(figureOf('CPU s/1,000')).toBe('1.88');
  expect(figureOf('generator CPU')).toBe('9.00');
  expect(figureOf('inventory MB')).toBe('92');
});

test('several runs tell how far their shares lie apart', () => {
  expect(showTable([row])).toMatch(/\| +2\.50 \|/);
  expect(showTable([{ ...row, ofTypicalRange: [2, 3.456] }])).toContain('| 2.50 (2.00–3.46) |');
});

test('a limit that was not measured is unknown', () => {
  expect(showTable([{ ...row, ofLimit: undefined }])).toContain('unknown');
});

import { ofEach } from 'stack/stack';
import { medianRound, mergeRuns } from '../src/medians.ts';
import type { Row } from '../src/result-table.ts';
import { type CpuPart, cpuParts, type Round } from '../src/round.ts';

function makeRound(ordersPerSecond: number, orderCpu: number): Round {
  const cpu = Object.fromEntries(cpuParts.map((part) => [part, 0])) as Record<CpuPart, number>;
  const [p50, p95, p99] = [1, 2, 3].map((factor) => factor * ordersPerSecond) as [number, number, number];
  const resident = ofEach(() => ordersPerSecond);
  return { ordersPerSecond, p50, p95, p99, cpu: { ...cpu, order: orderCpu }, resident };
}

function makeRow(clients: number, ordersPerSecond: number, ofLimit?: number): Row {
  const ofTypical = ordersPerSecond / 100;
  return { ...makeRound(ordersPerSecond, 1), load: 'happy', clients, system: 'ours', ofTypical, ofLimit };
}

test('each figure has a median of its own', () => {
  const rounds = [makeRound(100, 3), makeRound(300, 1), makeRound(200, 2.5)];
  expect(medianRound(rounds)).toEqual(makeRound(200, 2.5));
});

test('runs become one table of medians and ranges, row by row', () => {
  const rows = mergeRuns([
    [makeRow(16, 400, 0.4), makeRow(64, 800, 0.8)],
    [makeRow(16, 500, 0.5), makeRow(64, 700, 0.7)],
    [makeRow(16, 300, 0.6)],
  ]);
  expect(rows).toEqual([
    { ...makeRow(16, 400, 0.5), ofTypicalRange: [3, 5] },
    { ...makeRow(64, 750, 0.75), ofTypicalRange: [7, 8] },
  ]);
});

test('one run stays as it is, and a limit that no run measured is unknown', () => {
  expect(mergeRuns([[makeRow(16, 400)]])).toEqual([makeRow(16, 400)]);
  expect(mergeRuns([[makeRow(16, 400)], [makeRow(16, 500)]])[0]?.ofLimit).toBeUndefined();
  expect(mergeRuns([])).toEqual([]);
});

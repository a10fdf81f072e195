import { ofEach } from 'stack/stack';
import { median } from './latencies.ts';
import type { Row } from './result-table.ts';
import { type CpuPart, cpuParts, type Round } from './round.ts';

/** The median of each figure on its own. */
export function medianRound(rounds: readonly Round[]): Round {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure));
  return {
    ordersPerSecond: of((round) => round.ordersPerSecond),
    p50: of((round) => round.p50),
    p95: of((round) => round.p95),
    p99: of((round) => round.p99),
    cpu: Object.fromEntries(cpuParts.map((part) => [part, of(({ cpu }) => cpu[part])])) as Record<CpuPart, number>,
    resident: ofEach((name) => of(({ resident }) => resident[name])),
  };
}

/** One table of several runs': each row with the medians of its figures, and how far its shares of the typical lay apart. */
export function mergeRuns(runs: readonly (readonly Row[])[]): Row[] {
  const [first = [], ...others] = runs;
  if (others.length === 0) return [...first];
  return first.map((row) => {
    const isSame = (other: Row) =>
      other.load === row.load && other.clients === row.clients && other.system === row.system;
    // A run that failed has not got to every row.
    const rows = [row, ...others.flatMap((run) => run.find(isSame) ?? [])];
    const shares = rows.map(({ ofTypical }) => ofTypical);
    const ofLimit = rows.flatMap((each) => each.ofLimit ?? []);
    return {
      ...row,
      ...medianRound(rows),
      ofTypical: median(shares),
      ofTypicalRange: [Math.min(...shares), Math.max(...shares)],
      ofLimit: ofLimit.length > 0 ? median(ofLimit) : undefined,
    };
  });
}

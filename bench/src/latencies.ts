export interface Latencies {
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

/** The latencies' percentiles by nearest rank; 0 where there are none. */
export function summarise(latencies: readonly number[]): Latencies {
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (percent: number) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: percentile(50), p95: percentile(95), p99: percentile(99) };
}

/** The middle one, or of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(half)] ?? Number.NaN;
  return (low + high) / 2;
}

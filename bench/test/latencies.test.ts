import { median, summarise } from '../src/latencies.ts';

test('percentiles are by nearest rank, whatever the order', () => {
  const latencies = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(summarise(latencies)).toEqual({ count: 200, p50: 100, p95: 190, p99: 198 });
});

test('of few latencies the highest is the last percentile', () => {
  expect(summarise([7, 3])).toEqual({ count: 2, p50: 3, p95: 7, p99: 7 });
  expect(summarise([])).toEqual({ count: 0, p50: 0, p95: 0, p99: 0 });
});

test.each([
  [[5], 5],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});

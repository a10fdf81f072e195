import fc from 'fast-check';
import { cents, fromCents } from '../src/cents.ts';

const largest = 999_999_999;
const money = cents(0.01, 9_999_999.99);
const hundredths = fc.integer({ min: 1, max: largest });

test('every amount with two decimals survives the way from text to cents and back', () => {
  fc.assert(
    fc.property(hundredths, (amount) => {
      const text = `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`;
      expect(money.parse(JSON.parse(text))).toBe(amount);
      expect(money.parse(JSON.parse(JSON.stringify(fromCents(amount))))).toBe(amount);
      expect(JSON.stringify(fromCents(amount))).toMatch(/^\d+(\.\d{1,2})?$/);
    }),
    { numRuns: 20_000 },
  );
});

test('an amount with more than two decimals is refused', () => {
  fc.assert(
    fc.property(hundredths, fc.integer({ min: 1, max: 9 }), (amount, thousandths) => {
      const text = `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}${thousandths}`;
      expect(money.safeParse(JSON.parse(text)).success).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  [0.01, 1],
  [0.1 * 3, undefined],
  [0.29, 29],
  [1.1, 110],
  [8.2, 820],
  [1.005, undefined],
  [9_999_999.99, largest],
  [10_000_000, undefined],
  [9_999_999.991, undefined],
  [0.009, undefined],
  [0, undefined],
  [-0, undefined],
  [-1, undefined],
  [1e300, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [Number.NEGATIVE_INFINITY, undefined],
  ['1', undefined],
  [null, undefined],
  [undefined, undefined],
  [[1], undefined],
  [1n, undefined],
])('%p is read as %p cents', (given, read) => {
  expect(money.safeParse(given).data).toBe(read);
});

import { createTimeFormat, formatUtc } from '../../page/display-format.ts';

const time = '2026-07-01T22:03:07.045Z';

test.each([
  ['Europe/Berlin', '00:03:07 CEST', '00:03:07.045 CEST'],
  ['Europe/London', '23:03:07 BST', '23:03:07.045 BST'],
  ['UTC', '22:03:07 UTC', '22:03:07.045 UTC'],
  ['Asia/Kolkata', '03:33:07 GMT+5:30', '03:33:07.045 GMT+5:30'],
])('in %s it is told with its zone: %s', (timeZone, second, millisecond) => {
  expect(createTimeFormat({ timeZone })(time)).toBe(second);
  expect(createTimeFormat({ timeZone, digits: 3 })(time)).toBe(millisecond);
});

test('the zone is that of the time, not of today', () => {
  expect(createTimeFormat({ timeZone: 'Europe/Berlin' })('2026-01-01T22:03:07Z')).toBe('23:03:07 CET');
});

test('a number is milliseconds since 1970', () => {
  expect(createTimeFormat({ timeZone: 'UTC' })(Date.parse(time))).toBe('22:03:07 UTC');
});

test('in UTC it is told with its date', () => {
  expect(formatUtc(time)).toBe('2026-07-01 22:03:07.045 UTC');
});

import { plainText } from '../src/text.ts';

const name = plainText(10);

test.each([
  ['apple', 'apple'],
  ['  apple\n', 'apple'],
  ['0123456789', '0123456789'],
  [` ${'é'.repeat(10)} `, 'é'.repeat(10)],
  ['日本 🍎', '日本 🍎'],
])('%j is read as %j', (given, read) => {
  expect(name.parse(given)).toBe(read);
});

test.each([
  ['nothing', ''],
  ['only blanks', ' \t\n '],
  ['too many characters', '01234567890'],
  ['a NUL', 'a\u0000b'],
  ['a line break inside', 'a\nb'],
  ['a control character of the second set', 'a\u0085b'],
  ['a high surrogate alone', 'a\ud83cb'],
  ['a low surrogate alone', '\udf4ea'],
  ['a number', 5],
  ['null', null],
  ['a list', ['a']],
])('%s is refused', (_what, given) => {
  expect(name.safeParse(given).success).toBe(false);
});

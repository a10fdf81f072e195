import { opaqueText, plainText } from '../src/text.ts';

const name = plainText(10);

test.each([
  ['apple', 'apple'],
  ['  apple\n', 'apple'],
  ['0123456789', '0123456789'],
  [` ${'é'.repeat(10)} `, 'é'.repeat(10)],
  ['日本 🍎', '日本 🍎'],
  ['cafe\u0301', 'caf\u00e9'],
  ['e\u0301'.repeat(10), 'é'.repeat(10)],
  ['👩\u200d🌾', '👩\u200d🌾'],
])('%j is read as %j', (given, read) => {
  expect(name.parse(given)).toBe(read);
});

test.each<[string, unknown]>([
  ['nothing', ''],
  ['only blanks', ' \t\n '],
  ['too many characters', '01234567890'],
  ['a NUL', 'a\u0000b'],
  ['a line break inside', 'a\nb'],
  ['a control character of the second set', 'a\u0085b'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ...[...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'].map(
    (control): [string, string] => [`a bidirectional control, ${JSON.stringify(control)},`, `a${control}b`],
  ),
  ['a high surrogate alone', 'a\ud83cb'],
  ['a low surrogate alone', '\udf4ea'],
  ['a number', 5],
  ['null', null],
  ['a list', ['a']],
])('%s is refused', (_what, given) => {
  expect(name.safeParse(given).success).toBe(false);
});

test('an id that somebody else made is taken as it came, with what a name may hold', () => {
  const id = opaqueText(10);
  expect(id.parse(' cafe\u0301 ')).toBe(' cafe\u0301 ');
  for (const refused of ['', '01234567890', 'a\nb', 'a\u2028b', 'a\u202eb', 'a\ud83cb']) {
    expect(id.safeParse(refused).success).toBe(false);
  }
});

import { readConfig } from 'service-kit/config';
import { partNames } from '../src/part-names.ts';
import { benchSettings } from '../src/settings.ts';

test('without an environment everything is measured', () => {
  expect(readConfig(benchSettings, { PARTS: '' })).toMatchObject({ parts: partNames, clients: [1, 16, 64, 256] });
});

test('parts and clients are lists', () => {
  const settings = readConfig(benchSettings, { PARTS: 'happy recovery', CLIENTS: '1,64', SECONDS: '0.5' });
  expect(settings).toMatchObject({ parts: ['happy', 'recovery'], clients: [1, 64], seconds: 0.5 });
});

test.each([
  [{ PARTS: 'happy sad' }, /^PARTS must be of happy, /],
  [{ CLIENTS: '0' }, /^CLIENTS must be a whole number/],
  [{ ROUNDS: 'many' }, /^ROUNDS must be a whole number/],
  [{ SECONDS: '0' }, /^SECONDS must be seconds/],
  [{ SECONDS: '-1' }, /^SECONDS must be seconds/],
])('%j is refused', (env, message) => {
  expect(() => readConfig(benchSettings, env)).toThrow(message);
});

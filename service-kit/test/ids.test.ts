import { newId, uuid } from '../src/ids.ts';

test('ids are UUIDv7, and those made later sort later', () => {
  const ids = Array.from({ length: 2000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  '0197c0de-0000-7000-8000-000000000001',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '00000000-0000-0000-0000-000000000000',
])('%s is a UUID, whatever its version', (id) => {
  expect(uuid.parse(id)).toBe(id);
});

test('a UUID in capitals is the same as in lower case', () => {
  expect(uuid.parse('F47AC10B-58CC-4372-A567-0E02B2C3D479')).toBe('f47ac10b-58cc-4372-a567-0e02b2c3d479');
});

test.each([
  '',
  'place',
  '1',
  'f47ac10b58cc4372a5670e02b2c3d479',
  '{f47ac10b-58cc-4372-a567-0e02b2c3d479}',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479\n',
  'f47ac10b-58cc-4372-a567-0e02b2c3d47g',
  null,
])('%j is no UUID', (id) => {
  expect(uuid.safeParse(id).error?.issues[0]?.message).toBe('must be a UUID');
});

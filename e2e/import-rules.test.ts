import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(__dirname, '..');
const biome = join(repository, 'node_modules', '.bin', 'biome');
const folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
cpSync(join(repository, 'biome.json'), join(folder, 'biome.json'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Lints this code as if it stood in the repository at this path. */
function lint(path: string, code: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  const args = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', path];
  const { stdout, stderr } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' });
  const report = stdout + stderr;
  expect(report).toContain('Checked 1 file');
  return report;
}

const use = (what: string) => `import { x } from '${what}';\nexport const y = x;\n`;

test.each([
  ['a service that imports a service', 'payment-service/src/store.ts', 'inventory-service/store'],
  ['a service that imports one that is yet to come', 'payment-service/src/store.ts', 'shipping-service/store'],
  ['a service that reaches into a service', 'payment-service/src/store.ts', '../../inventory-service/src/store.ts'],
  ['service-kit that imports a service', 'service-kit/src/page.ts', 'order-service/service'],
  ['the engine that imports from its parent', 'order-service/src/saga/saga-driver.ts', '../order-store.ts'],
  ['a pure file of the engine that imports from its parent', 'order-service/src/saga/next-move.ts', '../config.ts'],
  ['the next move that imports drizzle', 'order-service/src/saga/next-move.ts', 'drizzle-orm'],
  ['the saga that imports axios', 'order-service/src/place-order.saga.ts', 'axios'],
  ['the saga that imports express', 'order-service/src/place-order.saga.ts', 'express'],
])('lint refuses %s', (_name, path, imported) => {
  expect(lint(path, use(imported))).toContain('lint/style/noRestrictedImports');
});

test('lint lets a service import service-kit, and the engine its own files', () => {
  expect(lint('payment-service/src/store.ts', use('service-kit/ids'))).not.toContain('noRestrictedImports');
  expect(lint('order-service/src/saga/saga-driver.ts', use('./backoff.ts'))).not.toContain('noRestrictedImports');
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';

test('the bench measures every part and fills its table', async () => {
  const program = join(repository, 'bench', 'dist', 'src', 'bench.js');
  const small = { ROUNDS: '1', SECONDS: '0.3', CLIENTS: '4', WARM_UP: '4', FINISHED: '500', UNFINISHED: '50' };
  const fastRecovery = { LEASE_MS: '1000', RECOVERY_INTERVAL_MS: '200' };
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, ...small, ...fastRecovery },
  });
  const [head, , ...rows] = stdout.split('\n').filter((line) => line.startsWith('|'));
  const expected = [
    ...['happy', 'compensating', 'mixed'].map((load) => [load, '4', 'ours', 'typical']),
    ...['a hundred products', 'one hot product'].map((load) => [load, '64', 'ours', 'typical']),
    ['grown tables', '64', 'ours', 'grown', 'typical'],
  ];
  const firstCells = (row: string) => row.split('|', 4).map((cell) => cell.trim());
  expect(rows.map((row) => firstCells(row).slice(1))).toEqual(
    expected.flatMap(([load, clients, ...systems]) => systems.map((system) => [load, clients, system])),
  );
  const columns = head?.split('|').length;
  for (const row of rows) {
    const cells = row.split('|').slice(1, -1);
    expect(cells.length + 2).toBe(columns);
    for (const cell of cells) expect(cell.trim()).toMatch(/^(\d+(\.\d+)?|(?!undefined)[a-z ]+)$/);
  }
  expect(stdout).toMatch(/^- hot product: .* \d+\.\d\d times /m);
  expect(stdout).toMatch(/^- overload: .* \d+\/s accepted, p99 \d+ ms .* refused with 503/m);
  expect(stdout).toMatch(/^- recovery: 50 sagas at \d+\/s, \d+\.\d\d times .* new orders\/s, p99 \d+ ms$/m);
  expect(stdout).toMatch(/^- grown tables: with 500 finished sagas \d+\.\d\d times .* \d+\.\d\d times the p99$/m);
}, 240_000);

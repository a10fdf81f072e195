import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseStat, readCpuSeconds, readResidentMegabytes, sumTree } from '../src/process-usage.ts';

test('a line of /proc/<pid>/stat is read past whatever its program is called', () => {
  const line =
    '4711 (a (strange) name) S 42 4711 4711 0 -1 4194304 9 8 7 6 120 30 400 50 20 0 11 0 999 1 2 18446744073709551615';
  expect(parseStat(line)).toEqual({ pid: 4711, parent: 42, cpuSeconds: 6 });
});

test('a tree counts every process below its root, and no other', () => {
  const all = [
    { pid: 1, parent: 0, cpuSeconds: 100 },
    { pid: 10, parent: 1, cpuSeconds: 1 },
    { pid: 11, parent: 10, cpuSeconds: 2 },
    { pid: 12, parent: 11, cpuSeconds: 4 },
    { pid: 20, parent: 1, cpuSeconds: 8 },
  ];
  expect(sumTree(all, 10)).toBe(7);
  expect(sumTree(all, 99)).toBe(0);
});

const burn =
  'for (let used = 0; used < 300_000; ) { const { user, system } = process.cpuUsage(); used = user + system; }';

test('CPU time is counted of a process, of its child, and of a child that has ended', async () => {
  const child = `${burn} console.log('burnt'); process.stdin.resume()`;
  const program = `
    const { spawn, spawnSync } = require('node:child_process');
    ${burn}
    spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]);
    spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
  const root = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(root.stdout, 'data');
    const pid = root.pid as number;
    const { used } = readCpuSeconds({ used: pid });
    expect(used).toBeGreaterThan(0.85);
    expect(used).toBeLessThan(2.5);
    expect(readResidentMegabytes(pid)).toBeGreaterThan(20);
    expect(readResidentMegabytes(pid)).toBeLessThan(200);
  } finally {
    root.stdin.end();
    await once(root, 'exit');
  }
});

import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStat {
  pid: number;
  parent: number;
  /** Of itself and of those of its children that ended and that it has waited for. */
  cpuSeconds: number;
}

/** Linux counts in these for every program, whatever its own clock does. */
const ticksPerSecond = 100;

/** CPU seconds used so far by each of these processes together with all that it started, ended or not; 0 of none. */
export function readCpuSeconds<Name extends string>(roots: Record<Name, number | undefined>): Record<Name, number> {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStatOf);
  const entries = Object.entries<number | undefined>(roots).map(([name, pid]) => [name, pid ? sumTree(all, pid) : 0]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** Megabytes of memory that the process has in use now; 0 of none. */
export function readResidentMegabytes(pid: number | undefined): number {
  if (!pid) return 0;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** The CPU seconds of a process and of all below it. */
export function sumTree(all: readonly ProcessStat[], root: number): number {
  const own = all.find(({ pid }) => pid === root)?.cpuSeconds ?? 0;
  const children = all.filter(({ parent }) => parent === root);
  return children.reduce((sum, { pid }) => sum + sumTree(all, pid), own);
}

/** @param line as /proc/<pid>/stat has it */
export function parseStat(line: string): ProcessStat {
  // The name of the program, in brackets, may itself have spaces and brackets.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  return { pid: Number.parseInt(line, 10), parent, cpuSeconds: ticks / ticksPerSecond };
}

function readStatOf(pid: string): ProcessStat[] {
  try {
    return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
  } catch {
    // It ended meanwhile.
    return [];
  }
}

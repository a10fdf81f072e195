import type { Limit } from './pgbench.ts';
import type { Row } from './result-table.ts';
import type { BenchSettings } from './settings.ts';
import type { Systems } from './systems.ts';

/** What every part of a run works with, and where it leaves what it found. */
export interface BenchRun {
  settings: BenchSettings;
  systems: Systems;
  limit: Limit;
  /** Each system and mix that was warmed up. */
  warm: Set<string>;
  rows: Row[];
  /** What is no row of the table, each in a line. */
  findings: string[];
  /** Says in a line what goes on. */
  tell(line: string): void;
}

/** Clients for what is measured at one number of them: enough to keep two cores busy. */
export const busyClients = 64;

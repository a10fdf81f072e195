import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { Router } from 'express';
import type { Database } from './database.ts';
import { type FaultChoices, faultPath, faultRequest } from './fault-messages.ts';
import { faults } from './fault-schema.ts';
import { readBody, readParams } from './request-input.ts';

/** What is to happen to one operation, now. */
export interface Fault {
  name: string;
  mode: string;
  delayMs: number;
}

export interface FaultSwitches {
  /** What is to fail now, if anything is: of simultaneous callers no more than `times` are told to. */
  take(name: string): Promise<Fault | undefined>;
  routes: Router;
}

const isOn = or(isNull(faults.remaining), gt(faults.remaining, 0));
const wireShape = { name: faults.name, mode: faults.mode, times: faults.remaining, delayMs: faults.delayMs };

/** Switches in the table `faults`. Those that are not enabled are never asked for, and their routes are unknown. */
export function createFaultSwitches(
  db: Database,
  { enabled, names, modes }: FaultChoices & { enabled: boolean },
): FaultSwitches {
  const router = Router();
  if (!enabled) return { take: async () => undefined, routes: router };
  const path = faultPath(names);
  const body = faultRequest(modes);

  router.put('/faults/:name', async (request, response) => {
    const { name } = readParams(request, path);
    const { mode, times: remaining, delayMs } = readBody(request, body);
    const set = { mode, remaining, delayMs };
    const [fault] = await db
      .insert(faults)
      .values({ name, ...set })
      .onConflictDoUpdate({ target: faults.name, set })
      .returning(wireShape);
    response.json(fault);
  });

  router.get('/faults', async (_request, response) => {
    const items = await db.select(wireShape).from(faults).where(isOn).orderBy(asc(faults.name));
    response.json({ items, nextCursor: null });
  });

  router.delete('/faults', async (_request, response) => {
    await db.delete(faults);
    response.status(204).end();
  });

  async function take(name: string): Promise<Fault | undefined> {
    const [fault] = await db
      .update(faults)
      .set({ remaining: sql`${faults.remaining} - 1` })
      .where(and(eq(faults.name, name), isOn))
      .returning({ name: faults.name, mode: faults.mode, delayMs: faults.delayMs });
    return fault;
  }

  return { take, routes: router };
}

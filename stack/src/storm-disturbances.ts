import { setTimeout as sleep } from 'node:timers/promises';
import { sendRequest } from './http-request.ts';
import { linkTroubles } from './link-proxy.ts';
import type { Random } from './storm-random.ts';
import type { StormPart, StormTarget } from './storm-target.ts';

/** What was done so far. */
export interface StormTally {
  kills: number;
  restarts: number;
  pauses: number;
  faults: number;
  crashPoints: number;
  /** Links that were in trouble. */
  links: number;
  powerLosses: number;
}

/** Chooses what comes next and does it; resolves when the part that was struck is left alone again. */
export type Strike = (random: Random, tell: (line: string) => void) => Promise<void>;

const kinds = { kill: 30, pause: 20, restart: 10, fault: 30, 'crash point': 10, link: 30 };
/** Longer than any lease, those of production included. */
const longPauseMs = 15_000;
const modes = {
  'drop-reply': 6,
  late: 5,
  error: 4,
  unavailable: 4,
  slow: 4,
  hang: 3,
  reject: 3,
  'crash-before': 2,
  'crash-after': 2,
};
const operations = { charge: 'payment', refund: 'payment', reserve: 'inventory', release: 'inventory' } as const;

export function createStrike(target: StormTarget, crashPoints: string[], tally: StormTally): Strike {
  const struck = new Set<StormPart>();

  return async (random, tell) => {
    const kind = random.pickWeighted(kinds);
    if (kind === 'fault') return switchFault(random, tell);
    if (kind === 'crash point') return setCrashPoint(random, tell);
    if (kind === 'link') return troubleLink(random, tell);
    const part = random.pick(target.parts);
    const downMs = random.between(100, 2_000);
    if (struck.has(part)) return;
    struck.add(part);
    try {
      if (kind === 'kill') await kill(part, downMs, tell);
      else if (kind === 'pause') await pause(part, downMs, tell);
      else await restart(part, tell);
    } finally {
      struck.delete(part);
    }
  };

  async function kill(part: StormPart, downMs: number, tell: (line: string) => void): Promise<void> {
    tally.kills += 1;
    tell(`${part.name} is killed, for ${downMs} ms`);
    await part.kill();
    await sleep(downMs);
    await part.start();
  }

  async function restart(part: StormPart, tell: (line: string) => void): Promise<void> {
    tally.restarts += 1;
    tell(`${part.name} is stopped in good order and started again`);
    await part.restart();
  }

  async function pause(part: StormPart, ms: number, tell: (line: string) => void): Promise<void> {
    // An orchestrator's pause is to outlast its leases: it wakes up when others have taken its sagas over.
    const pausedMs = part.kind === 'order' ? target.leaseMs + ms : ms;
    tally.pauses += 1;
    tell(`${part.name} is paused for ${pausedMs} ms`);
    await part.pause();
    await sleep(pausedMs);
    await part.resume();
  }

  async function troubleLink(random: Random, tell: (line: string) => void): Promise<void> {
    if (!target.links) return;
    const link = random.pick(target.links.proxies);
    const trouble = random.pick(linkTroubles);
    const ms = random.between(200, 5_000);
    tally.links += 1;
    tell(`${link.name}: ${trouble} for ${ms} ms`);
    await link.disturb(trouble, ms);
  }

  async function switchFault(random: Random, tell: (line: string) => void): Promise<void> {
    const operation = random.pick(Object.keys(operations) as (keyof typeof operations)[]);
    const mode = random.pickWeighted(modes);
    const times = random.between(1, mode.startsWith('crash') ? 1 : 6);
    const delayMs = random.between(200, 2_500);
    tally.faults += 1;
    await put(`${target.doors[operations[operation]].url}/faults/${operation}`, { mode, times, delayMs }, tell);
  }

  async function setCrashPoint(random: Random, tell: (line: string) => void): Promise<void> {
    const point = random.pick(crashPoints);
    tally.crashPoints += 1;
    await put(`${target.doors.order.url}/faults/${point}`, { mode: 'crash', times: random.between(1, 2) }, tell);
  }
}

/** A process of order-service stands still until its sagas have long been taken over, and then goes on. */
export async function outlastLease(
  { parts }: StormTarget,
  tally: StormTally,
  tell: (line: string) => void,
): Promise<void> {
  const part = parts.find(({ kind }) => kind === 'order') as StormPart;
  tally.pauses += 1;
  tell(`${part.name} is paused for ${longPauseMs} ms`);
  await part.pause();
  await sleep(longPauseMs);
  await part.resume();
}

/** Everything is killed at once, the databases too, and comes up again. */
export async function cutPower({ parts }: StormTarget, tally: StormTally, tell: (line: string) => void): Promise<void> {
  tally.powerLosses += 1;
  tell('the power is cut');
  await Promise.all(parts.map((part) => part.kill()));
  await Promise.all(parts.filter(({ kind }) => kind === 'database').map((part) => part.start()));
  await Promise.all(parts.map((part) => part.start()));
  tell('the power is back');
}

async function put(url: string, body: object, tell: (line: string) => void): Promise<void> {
  const what = `fault ${url.slice(url.lastIndexOf('/') + 1)} ${JSON.stringify(body)}`;
  const answered = await sendRequest(url, { method: 'PUT', body, timeoutMs: 2_000 }).then(
    ({ status }) => (status === 200 ? '' : `: HTTP ${status}`),
    (error: Error) => `: ${error.message}`,
  );
  tell(`${what}${answered}`);
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './storm-random.ts';

/** What can be wrong with a link for a while. */
export const linkTroubles = [
  'requests held',
  'answers held',
  'cut in mid-message',
  'answers late',
  'half-open',
  'dripping',
] as const;
export type LinkTrouble = (typeof linkTroubles)[number];

export interface LinkProxy {
  name: string;
  port: number;
  /** Resolves once the trouble is over. */
  disturb(trouble: LinkTrouble, ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Of the messages that pass while connections are cut. */
const cutShare = 0.1;
const pieceBytes = 16;

/** A port of this machine that leads to another, as a network does: well, unless it is disturbed. */
export async function startLinkProxy(name: string, targetPort: number, random: Random): Promise<LinkProxy> {
  const pairs = new Set<[client: Socket, target: Socket]>();
  const troubles = new Set<LinkTrouble>();
  /** Resolves when nothing holds the direction any more. */
  let released: Promise<unknown> = Promise.resolve();

  /** Passes on what comes, in order, as long as both ends are there. */
  function pass(from: Socket, to: Socket, holding: LinkTrouble, late: boolean): void {
    from.on('data', async (chunk: Buffer) => {
      from.pause();
      if (troubles.has(holding)) await released;
      if (late && troubles.has('answers late')) await sleep(random.between(50, 500));
      if (troubles.has('cut in mid-message') && random.draw() < cutShare) {
        to.end(chunk.subarray(0, Math.floor(chunk.length / 2)));
        from.destroy();
      } else if (troubles.has('dripping')) await drip(chunk, to);
      else to.write(chunk);
      from.resume();
    });
    from.once('end', () => to.end());
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const pair: [Socket, Socket] = [client, target];
    pairs.add(pair);
    for (const [one, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
      one.on('error', () => one.destroy());
      one.once('close', () => {
        // One that is half-open does not hear of the other's end, until that is over.
        if (troubles.has('half-open') && !other.destroyed) return;
        pairs.delete(pair);
        other.destroy();
      });
    }
    pass(client, target, 'requests held', false);
    pass(target, client, 'answers held', true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const destroyAll = (sockets: Iterable<Socket>) => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    name,
    port: (server.address() as AddressInfo).port,
    async disturb(trouble, ms) {
      troubles.add(trouble);
      if (trouble === 'half-open') destroyAll([...pairs].map(([, target]) => target));
      const over = sleep(ms);
      if (trouble.endsWith('held')) released = Promise.all([released, over]);
      await over;
      troubles.delete(trouble);
      if (trouble === 'half-open') destroyAll([...pairs].flat());
    },
    async close() {
      server.close();
      destroyAll([...pairs].flat());
      await once(server, 'close');
    },
  };
}

async function drip(chunk: Buffer, to: Socket): Promise<void> {
  for (let at = 0; at < chunk.length && !to.destroyed; at += pieceBytes) {
    to.write(chunk.subarray(at, at + pieceBytes));
    await sleep(2);
  }
}

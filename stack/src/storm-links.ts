import { type LinkProxy, startLinkProxy } from './link-proxy.ts';
import { type RequestRecorder, startRequestRecorder } from './request-recorder.ts';
import type { Reach } from './stack.ts';
import type { Random } from './storm-random.ts';

export interface StormLinks {
  /** For `startStack`: every link of the system goes over a proxy, those to participants over a recorder, too. */
  reach: Reach;
  proxies: LinkProxy[];
  recorders: RequestRecorder[];
  /** How many requests were delivered once more. */
  countRepeated(): number;
  close(): Promise<void>;
}

export function createStormLinks(random: Random): StormLinks {
  const proxies: LinkProxy[] = [];
  const recorders: RequestRecorder[] = [];
  let repeated = 0;
  return {
    proxies,
    recorders,
    countRepeated: () => repeated,
    async reach(from, to, url) {
      const target = new URL(url);
      const name = `${from} to ${to}`;
      if (target.protocol === 'http:') {
        const recorder = await startRequestRecorder(name, Number(target.port), random, () => {
          repeated += 1;
        });
        recorders.push(recorder);
        target.port = String(recorder.port);
      }
      const proxy = await startLinkProxy(name, Number(target.port), random);
      proxies.push(proxy);
      target.port = String(proxy.port);
      return target.href.replace(/\/$/, '');
    },
    async close() {
      await Promise.all([...proxies, ...recorders].map((part) => part.close()));
    },
  };
}

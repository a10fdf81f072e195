import { Writable } from 'node:stream';
import winston from 'winston';
import type { Logger } from '../src/logger.ts';

/** The lines that a logger writes from now on, in place of standard output. */
export function captureLog(logger: Logger): string[] {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).replace(/\n$/, ''));
      done();
    },
  });
  logger.clear().add(new winston.transports.Stream({ stream }));
  return lines;
}

import { isatty } from 'node:tty';
import winston from 'winston';
import type { ServiceConfig } from './config.ts';
import { logOutput, standardOutput } from './log-output.ts';
import { currentContext } from './request-context.ts';

export type Logger = winston.Logger;

/** One field at a time: to copy a line, with the symbols that winston puts on it, takes longer than all the rest of it. */
const addContext = winston.format((line) => {
  for (const [name, value] of Object.entries(currentContext() ?? {})) {
    if (!(name in line)) line[name] = value;
  }
  return line;
});

const pretty = winston.format.printf(({ timestamp, level, message, service, ...fields }) => {
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return [timestamp, level, `[${service}]`, message, ...details].join(' ');
});

/** A logger that writes one line per event to standard output and adds the request context to each. */
export function createLogger(service: string, config: Pick<ServiceConfig, 'logLevel' | 'logFormat'>): Logger {
  const readable = config.logFormat === 'pretty' || (config.logFormat === 'auto' && isatty(standardOutput));
  return winston.createLogger({
    level: config.logLevel,
    defaultMeta: { service },
    format: winston.format.combine(
      addContext(),
      winston.format.timestamp(),
      winston.format.errors({ stack: true }),
      readable ? pretty : winston.format.json(),
    ),
    transports: [new winston.transports.Stream({ stream: logOutput })],
  });
}

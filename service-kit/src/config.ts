import { z } from 'zod';
import { readDatabaseUrl } from './database-url.ts';

/** Milliseconds as a whole number, 0 or more. */
export const milliseconds = wholeNumber(0, 86_400_000);

/** Milliseconds of something that has to take time: a timeout, an interval. */
export const duration = wholeNumber(1, 86_400_000);

/** A TCP port; 0 lets the system choose one. */
export const portNumber = wholeNumber(0, 65_535);

/** The base URL of an HTTP service, without a trailing slash. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''));

/** The URL of a Postgres database, as `readDatabaseUrl` reads it. */
export const postgresUrl = z.string().superRefine((url, context) => {
  // A special character has ended the password early: the rest of it would be taken for a host, and told as one.
  if (/^[^:]*:\/\/[^/?#]*[/?#].*@/s.test(url)) {
    context.addIssue('must be a postgres:// URL in which special characters of a name or password are percent-encoded');
    return;
  }
  try {
    readDatabaseUrl(url);
  } catch (error) {
    context.addIssue((error as Error).message);
  }
});

export const onOrOff = z.enum(['on', 'off'], 'must be on or off');

/** A whole number between `min` and `max`, written in digits. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error)
    .meta({ type: 'integer', minimum: min, maximum: max, pattern: undefined });
}

/** The keys that every service has. */
export const serviceConfig = z.object({
  port: portNumber,
  databaseUrl: postgresUrl,
  /** Of whoever may change tables, past a pooler; `DATABASE_URL` unless given. */
  migrationDatabaseUrl: postgresUrl.optional(),
  /**
   * Whether `DATABASE_URL` leads to a pooler that lends a session for one transaction at a time, such as pgbouncer: then
   * nothing is set for a session, and no statement is kept prepared.
   */
  databasePooler: onOrOff.default('off'),
  /** How long the statements of a request may take, the waits for connections included: it is answered within 5 s. */
  databaseTimeoutMs: duration.default(4_500),
  /** Ten connections keep two cores busy; more only queue inside Postgres. */
  databaseConnections: wholeNumber(1, 1000).default(10),
  /** How long a start waits for its database before it gives up: longer than a Postgres needs to recover. */
  databaseStartTimeoutMs: duration.default(30_000),
  /** After SIGTERM, how long requests under way may still take: below the 8 s in which the process must be gone. */
  drainTimeoutMs: duration.default(6_000),
  logLevel: z.enum(['error', 'warn', 'info', 'debug'], 'must be error, warn, info or debug').default('info'),
  /** `auto` writes readable lines to a terminal and JSON everywhere else. */
  logFormat: z.enum(['auto', 'json', 'pretty'], 'must be auto, json or pretty').default('auto'),
  /** The base URL of an OpenTelemetry collector that takes OTLP over HTTP; nothing is traced if it is absent. */
  otelExporterOtlpEndpoint: httpUrl.optional(),
  /** Whether things can be made to fail on purpose: whoever reaches the port could then stop the service. */
  faults: onOrOff.default('off'),
});
export type ServiceConfig = z.output<typeof serviceConfig>;

export class ConfigError extends Error {}

/**
 * Reads a configuration from the environment: the key `leaseMs` is the variable `LEASE_MS`. An empty variable counts
 * as absent.
 * @throws ConfigError with one line that names the first variable that is missing or wrong
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Record<string, string | undefined>,
): z.output<z.ZodObject<Shape>> {
  const values = Object.keys(schema.shape).map((key) => [key, env[variableName(key)] || undefined]);
  const result = schema.safeParse(Object.fromEntries(values));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const variable = variableName(String(issue?.path[0]));
  throw new ConfigError(env[variable] ? `${variable} ${issue?.message}` : `${variable} is missing`);
}

/** The environment variable of a key. */
export function variableName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import express, { type ErrorRequestHandler, type Router } from 'express';
import postgres from 'postgres';
import winston from 'winston';

/** An error that the client gets to see. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What the three typical services share: a pool, a logger, the usual middleware. Listens at `PORT`. */
export function startTypicalService(
  name: string,
  createRoutes: (db: PostgresJsDatabase, logger: winston.Logger) => Router,
): void {
  const logger = winston.createLogger({
    level: 'info',
    defaultMeta: { service: name },
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Console()],
  });
  const client = postgres(process.env['DATABASE_URL'] as string);
  const app = express();
  app.get('/readyz', async (_request, response) => {
    await client`select 1`;
    response.json({ status: 'ready' });
  });
  app.use((request, response, next) => {
    const startedAt = Date.now();
    response.on('finish', () => {
      const durationMs = Date.now() - startedAt;
      logger.info(`${request.method} ${request.originalUrl} ${response.statusCode}`, { durationMs });
    });
    next();
  });
  app.use(express.json());
  app.use(createRoutes(drizzle(client), logger));
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    logger.error('request failed', { error: error.message });
    const status = error instanceof HttpError ? error.status : 500;
    response.status(status).json({ error: status === 500 ? 'internal error' : error.message });
  };
  app.use(answerError);
  const server = app.listen(Number(process.env['PORT']), () => logger.info('listening'));
  process.on('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    void client.end({ timeout: 1 });
  });
}

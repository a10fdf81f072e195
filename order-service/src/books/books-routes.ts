import { Router } from 'express';
import { readSparingly } from 'service-kit/sparing-reader';
import { type BooksSources, readBooks } from './books-reader.ts';

/** A twentieth of the time is no burden; twice a second is as often as a person looks. */
const sparing = { share: 0.05, minIntervalMs: 500 };

export function booksRoutes(sources: BooksSources): Router {
  const router = Router();
  const read = readSparingly(() => readBooks(sources), sparing);

  router.get('/books', async (_request, response) => {
    response.json(await read());
  });

  return router;
}

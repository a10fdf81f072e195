import { Router } from 'express';
import { type BooksSources, createBooksReader } from './books-reader.ts';

export function booksRoutes(sources: BooksSources): Router {
  const router = Router();
  const readBooks = createBooksReader(sources);

  router.get('/books', async (_request, response) => {
    response.json(await readBooks());
  });

  return router;
}

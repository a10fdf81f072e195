import type supertest from 'supertest';

/** The items of each page of a list, up to the one whose `nextCursor` is null. */
export async function readAllPages<Item>(http: ReturnType<typeof supertest>, path: string, limit: number) {
  const pages: Item[][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: Record<string, unknown> = cursor ? { limit, cursor } : { limit };
    const { body } = await http.get(path).query(query).expect(200);
    pages.push(body.items);
    cursor = body.nextCursor;
  }
  return pages;
}

import { rmSync } from 'node:fs';

export default async function stopTestPostgres(): Promise<void> {
  const { folder, server } = globalThis.testPostgres;
  await server.stop();
  rmSync(folder, { recursive: true });
}

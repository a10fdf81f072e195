import postgres from 'postgres';
import { longestStatement, steadyConnection } from './database.ts';

/** What one process tells all that listen to the same channel of the database, itself included. */
export interface DatabaseChannel {
  notify(message: string): Promise<void>;
  /**
   * Listens until the channel is closed, whatever the database does.
   * @param onListening called whenever listening begins, also again after the connection was lost: what was said
   *   meanwhile was not heard
   */
  listen(onMessage: (message: string) => void, onListening: () => void): void;
  close(): Promise<void>;
}

/** A channel of Postgres's NOTIFY, on two connections of its own: one tells, one listens. */
export function openChannel(url: string, name: string): DatabaseChannel {
  const client = postgres(url, {
    ...steadyConnection,
    max: 1,
    // A notification leaves nothing behind that would have to be safe on disk.
    connection: { ...longestStatement, synchronous_commit: 'off' },
  });
  return {
    notify: async (message) => void (await client.notify(name, message)),
    // The client repeats what fails here, as it does when it loses the connection.
    listen: (onMessage, onListening) => void client.listen(name, onMessage, onListening).catch(() => {}),
    close: () => client.end({ timeout: 1 }),
  };
}

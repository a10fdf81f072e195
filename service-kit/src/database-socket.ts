import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';

/** Asks Postgres for TLS; it answers with one byte. */
const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * A socket to Postgres, with TLS where that is asked for: connected, nothing said yet.
 * @param signal ends the attempt
 * @throws the error of the network or of TLS
 */
export async function connectToPostgres(
  { host, port }: { host: string; port: number },
  tls: TlsOptions | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = outliveErrors(host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host));
  try {
    await once(socket, 'connect', { signal });
    if (!tls) return socket;
    await requestTls(socket, signal);
    // An address cannot be a server's name, but it is checked against the certificate all the same.
    const names = isIP(host) ? { host } : { host, servername: host };
    const secure = outliveErrors(connectTls({ socket, ...names, ...tls }));
    await once(secure, 'secureConnect', { signal });
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** An error of a socket also shows in what was sent over it. One that nobody listens to would end the process. */
function outliveErrors<T extends Socket>(socket: T): T {
  return socket.on('error', () => {});
}

async function requestTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(tlsRequest);
  const ended = once(socket, 'close', { signal }).then(() => {
    throw Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' });
  });
  const [answer] = (await Promise.race([once(socket, 'data', { signal }), ended])) as [Buffer];
  // More than the byte would be words of somebody between, put in before the encryption.
  if (answer.toString() !== 'S') throw new Error('the database does not offer TLS');
}

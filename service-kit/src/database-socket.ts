import { connect, type Socket } from 'node:net';

/** Where the driver wants a connection to. */
export interface SocketTarget {
  path?: string | false;
  host: string[];
  port: number[];
}

/**
 * Makes the driver's connections, which end themselves when what was sent gets no answer for `silenceMs`: one that is
 * dead without having been closed would keep its statements, and its place in the pool, for the quarter of an hour that
 * TCP goes on sending. (It cannot look into TLS.)
 */
export function endSilence(silenceMs: number) {
  return ({ path, host: [host = ''], port: [port = 0] }: SocketTarget): Socket => {
    const socket = path ? connect(path) : connect(port, host);
    let answeredBytes = 0;
    let waitingSince: number | undefined;
    socket.on('data', () => {
      answeredBytes = socket.bytesWritten;
      waitingSince = undefined;
    });
    const timer = setInterval(() => {
      if (socket.bytesWritten === answeredBytes) return;
      waitingSince ??= performance.now();
      if (performance.now() - waitingSince < silenceMs) return;
      // Not with an error: what is asked for between that and the close the driver would never answer.
      socket.destroy();
    }, silenceMs / 10);
    socket.once('close', () => clearInterval(timer));
    // As the driver does, which names them in its errors.
    return Object.assign(socket, { host, port });
  };
}

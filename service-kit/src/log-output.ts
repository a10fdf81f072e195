import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';

export const standardOutput = 1;
/** Some hundred lines: what a turn writes beyond them waits in memory no longer. */
const maxWaitingLength = 64 * 1024;
/** How long a reader that is behind gets before it is offered the rest again. */
const pauseMs = 5;

let waiting = '';

/**
 * Standard output for a log: what is written in one turn of the event loop goes out at its end in one piece, because a
 * system call for every line costs more than the line. Nothing that was written is lost unless the process is killed
 * within the turn. Its error is the system's when standard output cannot be written to.
 */
export const logOutput = new Writable({
  decodeStrings: false,
  write(lines: string, _encoding, done) {
    if (waiting === '') setImmediate(flush);
    waiting += lines;
    if (waiting.length >= maxWaitingLength) flush();
    done();
  },
});
// By process.exit() and by an uncaught exception, too.
process.once('exit', flush);

function flush(): void {
  const lines = waiting;
  waiting = '';
  try {
    writeAll(Buffer.from(lines));
  } catch (error) {
    logOutput.destroy(error as Error);
  }
}

/** Not by process.stdout: to a pipe it writes later, and what a full pipe has not taken is lost by process.exit(). */
function writeAll(bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(standardOutput, bytes, written);
    } catch (error) {
      // A pipe that another process has made non-blocking, and that is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

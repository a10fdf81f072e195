import { createLogger, type Logger } from '../src/logger.ts';
import { runInContext } from '../src/request-context.ts';
import { captureLog } from './captured-log.ts';

function makeLogger(logFormat: 'json' | 'pretty', logLevel: 'error' | 'info' = 'info'): [Logger, string[]] {
  const logger = createLogger('shop', { logLevel, logFormat });
  return [logger, captureLog(logger)];
}

test('a line of JSON has service, level, message, time and the fields given', () => {
  const [logger, lines] = makeLogger('json');
  logger.info('opened', { door: 2 });
  const { timestamp, ...line } = JSON.parse(lines[0] ?? '');
  expect(line).toEqual({ service: 'shop', level: 'info', message: 'opened', door: 2 });
  expect(new Date(timestamp).toISOString()).toBe(timestamp);
});

test('a line carries the context that it was written in, also after waiting', async () => {
  const [logger, lines] = makeLogger('json');
  await Promise.all(
    ['a', 'b'].map((requestId) =>
      runInContext({ requestId, sagaId: requestId }, async () => {
        await Promise.resolve();
        logger.info('inside');
      }),
    ),
  );
  logger.info('outside');
  const [a, b, outside] = lines.map((line) => JSON.parse(line));
  expect([a, b]).toMatchObject([
    { requestId: 'a', sagaId: 'a' },
    { requestId: 'b', sagaId: 'b' },
  ]);
  expect(outside).not.toHaveProperty('requestId');
});

test('a field given goes before the same field of the context', () => {
  const [logger, lines] = makeLogger('json');
  runInContext({ requestId: 'a', sagaId: 'context' }, () => logger.info('inside', { sagaId: 'given' }));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'a', sagaId: 'given' });
});

test('an event is one line, whatever its text', () => {
  const [logger, lines] = makeLogger('json');
  logger.info('two\nlines', { reason: 'a\r\nb' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\r\n]/);
});

test('a readable line names the service, the message and the fields that have a value', () => {
  const [logger, lines] = makeLogger('pretty');
  runInContext({ requestId: 'r-1' }, () => logger.warn('opened', { door: 2, key: undefined, owner: null, size: [1] }));
  expect(lines[0]).toMatch(/^\S+Z warn \[shop\] opened door=2 size=\[1\] requestId=r-1$/);
});

test('what is below the level is not written', () => {
  const [logger, lines] = makeLogger('json', 'error');
  logger.warn('opened');
  logger.error('broken');
  expect(lines).toHaveLength(1);
});

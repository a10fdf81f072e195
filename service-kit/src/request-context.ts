import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './ids.ts';

/** What every log line and every outgoing call of one piece of work carries. */
export interface RequestContext {
  requestId: string;
  [field: string]: string | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that everything it awaits sees `context`. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/** The id that a client gave its request, or a new one if it gave none that can go into a header and a log. */
export function toRequestId(given: string | undefined): string {
  return given && /^[\x21-\x7e]{1,128}$/.test(given) ? given : newId();
}

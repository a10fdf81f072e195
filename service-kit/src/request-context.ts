import { AsyncLocalStorage } from 'node:async_hooks';

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

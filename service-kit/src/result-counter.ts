import { Counter, type Registry } from 'prom-client';

/** Operations, and what can come of each. */
export type ResultTable = Readonly<Record<string, readonly string[]>>;

/** Told of what came of an operation. */
export type ResultCount<Results extends ResultTable> = <Name extends keyof Results & string>(
  operation: Name,
  result: Results[Name][number],
) => void;

export interface ResultCounterPlan<Results extends ResultTable> {
  name: string;
  help: string;
  results: Results;
}

/** Counts operations by what came of them. */
export function createResultCounter<Results extends ResultTable>(
  registry: Registry,
  { name, help, results }: ResultCounterPlan<Results>,
): ResultCount<Results> {
  const counter = new Counter({ name, help, labelNames: ['operation', 'result'], registers: [registry] });
  // At 0 from the start, so that a rate sees the first one too.
  for (const [operation, names] of Object.entries(results)) {
    for (const result of names) counter.inc({ operation, result }, 0);
  }
  return (operation, result) => counter.inc({ operation, result });
}

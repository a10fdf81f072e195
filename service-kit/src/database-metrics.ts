import { Gauge, Histogram, type Registry } from 'prom-client';

/** Told of every statement that is issued; the promise settles when it is answered. */
export type StatementWatch = (answered: Promise<unknown>) => void;

/**
 * Measures the statements of a pool of `connections`. What is under way beyond the connections waits for one.
 */
export function measureStatements(registry: Registry, connections: number): StatementWatch {
  let underWay = 0;
  const registers = [registry];
  new Gauge({
    name: 'database_connections_limit',
    help: 'Connections that the pool may have',
    registers,
  }).set(connections);
  new Gauge({
    name: 'database_statements_in_flight',
    help: 'Statements that are not answered yet; those beyond the limit of connections wait for one',
    registers,
    collect() {
      this.set(underWay);
    },
  });
  const durations = new Histogram({
    name: 'database_statement_duration_seconds',
    help: 'How long statements took, the wait for a connection included',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return (answered) => {
    const startedAt = performance.now();
    const settle = () => {
      underWay -= 1;
      durations.observe((performance.now() - startedAt) / 1000);
    };
    underWay += 1;
    answered.then(settle, settle);
  };
}

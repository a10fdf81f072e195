import { useEmbeddedStack } from './embedded-stack.ts';
import { stopDatabase } from './replicas/database-away.ts';
import { drainReplica } from './replicas/drained-replica.ts';
import { killReplica } from './replicas/killed-replica.ts';
import { repeatKey } from './replicas/one-key.ts';
import { pauseReplica } from './replicas/paused-replica.ts';

// Whoever is paused here must not be given up before a replica is struck.
const patience = { ACTION_TIMEOUT_MS: '10000', COMPENSATION_TIMEOUT_MS: '10000' };
const system = useEmbeddedStack({ order: { LEASE_MS: '1500', RECOVERY_INTERVAL_MS: '200', ...patience } }, 3);

// One stack for all stories, each of which leaves it whole.
describe('a replica is killed', () => killReplica(system));
describe('a replica is paused until its lease has run out', () => pauseReplica(system));
describe('one Idempotency-Key', () => repeatKey(system));
describe('a replica is told to end', () => drainReplica(system));
describe('the database of order-service goes away', () => stopDatabase(system));

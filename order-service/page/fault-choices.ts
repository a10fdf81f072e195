import type { EventType } from 'order-service/saga/saga-events';
import type { operationFaultModes } from 'service-kit/fault-injection';

export type OperationFaultMode = (typeof operationFaultModes)[number];

/** The operations that can be made to fail, and whose they are. */
export const operations = [
  { name: 'charge', service: 'payment' },
  { name: 'refund', service: 'payment' },
  { name: 'reserve', service: 'inventory' },
  { name: 'release', service: 'inventory' },
] as const;

/** What each mode does, to choose by. */
export const modeMeanings: Record<OperationFaultMode, string> = {
  reject: 'refuse with 409',
  error: 'answer 500, do nothing',
  unavailable: 'answer 503, do nothing',
  slow: 'do it after the delay',
  hang: 'never answer',
  'drop-reply': 'do it, lose the reply',
  late: 'answer 500, do it after the delay',
  'crash-before': 'die before doing it',
  'crash-after': 'die after doing it',
};

/** The modes that a delay makes a difference to. */
export const delayedModes: readonly string[] = ['slow', 'late'] satisfies OperationFaultMode[];

const perStep = ['action-called', 'action-answered', 'compensation-called', 'compensation-answered'] as const;
const perSaga = ['claimed', 'failed', 'parked', 'retried', 'resolved', 'ended'] as const;
type Event = Exclude<EventType, 'begun'> & ((typeof perStep)[number] | (typeof perSaga)[number]);

/** What is in the log once an event is written. */
const eventMeanings: Record<Event, string> = {
  claimed: 'a takeover',
  'action-called': 'the intent to',
  'action-answered': 'the outcome of',
  'compensation-called': 'the intent to',
  'compensation-answered': 'the outcome of',
  failed: 'the turn back',
  parked: 'that it is stuck',
  retried: 'the retry by a person',
  resolved: 'that a person resolved it',
  ended: 'the end',
};

const stepWords = { payment: ['charge', 'refund'], inventory: ['reserve', 'release'] } as const;

export interface CrashPoint {
  name: string;
  meaning: string;
}

/** Every point at which order-service can be made to die. */
export const crashPoints: readonly CrashPoint[] = [
  ...aroundEvent('begun', 'the order and its saga'),
  ...perStep.flatMap((event) =>
    (['payment', 'inventory'] as const).flatMap((step) => {
      const [action, compensation] = stepWords[step];
      const word = event.startsWith('action') ? action : compensation;
      return aroundEvent(`${event}-${step}`, `${eventMeanings[event]} ${word}`);
    }),
  ),
  ...perSaga.flatMap((event) => aroundEvent(event, eventMeanings[event])),
];

function aroundEvent(event: string, meaning: string): CrashPoint[] {
  return (['before', 'after'] as const).map((when) => ({
    name: `${when}-${event}`,
    meaning: `${when} ${meaning} is written`,
  }));
}

import { currentSpan, markFailed, runInSpan, type Tracer } from 'service-kit/tracing';
import type { PlaceOrder } from './place-order.ts';
import type { Call, SagaDefinition } from './saga/saga-definition.ts';
import type { CallResult, Direction, EventType, SagaEvent } from './saga/saga-events.ts';
import type { HeldSaga } from './saga/saga-record.ts';

/** The events with which a process takes a saga. */
const takings: readonly EventType[] = ['begun', 'claimed', 'retried'];

/** Spans of the drives of sagas, with what happens in them, and of the calls of their steps. */
export function createSagaTracing(tracer: Tracer) {
  function traceCall(step: string, direction: Direction, plan: Call<PlaceOrder>): Call<PlaceOrder> {
    const call: Call<PlaceOrder>['call'] = (input, context) => {
      const attributes = { 'saga.step': step, 'saga.direction': direction, 'saga.attempt': context.attempt };
      return runInSpan(tracer, { name: `${step} ${direction}`, kind: 'client', attributes }, async (span) => {
        const result = await plan.call(input, context);
        span.setAttributes(toAttributes(result));
        if (result.outcome !== 'succeeded') markFailed(span, result.kind ?? result.outcome, result.reason);
        return result;
      });
    };
    return { ...plan, call };
  }

  return {
    /** The same saga, with a span for every call. */
    traceCalls(definition: SagaDefinition<PlaceOrder>): SagaDefinition<PlaceOrder> {
      const steps = definition.steps.map(({ name, action, compensation }) => ({
        name,
        action: traceCall(name, 'action', action),
        compensation: traceCall(name, 'compensation', compensation),
      }));
      return { ...definition, steps };
    },

    /** Drives a saga in the trace that it began in, whoever drives it and why. */
    traceDrive(saga: HeldSaga<PlaceOrder>, drive: () => Promise<void>): Promise<void> {
      const attributes = {
        'saga.id': saga.id,
        'saga.fencing_token': saga.fencingToken,
        'saga.taken': saga.log.findLast(({ type }) => takings.includes(type))?.type,
        'order.id': saga.input.orderId,
      };
      return runInSpan(
        tracer,
        { name: 'drive saga', kind: 'internal', attributes, traceparent: saga.traceparent },
        drive,
      );
    },

    /** Adds to the current span what happened to its saga; calls have spans of their own. */
    observe(_saga: HeldSaga<PlaceOrder>, event: SagaEvent): void {
      const span = currentSpan();
      if (!span || 'attempt' in event) return;
      span.addEvent(event.type, 'reason' in event ? { reason: event.reason } : {});
      if (event.type === 'parked') markFailed(span, 'stuck', 'the saga is stuck: a person has to retry or resolve it');
    },
  };
}

function toAttributes({ outcome, httpStatus }: CallResult) {
  return { 'saga.outcome': outcome, 'http.response.status_code': httpStatus };
}

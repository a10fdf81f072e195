import { describeError } from 'service-kit/error-description';
import type { Logger } from 'service-kit/logger';
import { nextMove } from './next-move.ts';
import { createRefusedSagas } from './refused-sagas.ts';
import type { SagaDefinition } from './saga-definition.ts';
import type { Passing } from './saga-driver.ts';
import type { HeldSaga, SagaRecord } from './saga-record.ts';
import type { SagaStore } from './saga-store.ts';

export interface SagaRecoveryParts<Input> {
  definition: SagaDefinition<Input>;
  store: SagaStore<Input>;
  logger: Logger;
  passing?: Passing | undefined;
  recoveryBatch: number;
  /** Drives a saga that was claimed. Never rejects. */
  drive(saga: HeldSaga<Input>): Promise<void>;
  /** Told of each saga whose log was refused. */
  observeRefusal(): void;
  /** Aborted when the process is to stop: no other batch is claimed. */
  stopping: AbortSignal;
}

interface Batch {
  /** How many sagas were due. */
  found: number;
  /** Those that somebody else was quicker to take. */
  lost: string[];
  drives: Promise<void>[];
}

/** Takes over the sagas that nobody drives, if this program knows their logs; the others are left as they are. */
export function createSagaRecovery<Input>(parts: SagaRecoveryParts<Input>) {
  const { definition, store, logger, passing, recoveryBatch, stopping } = parts;
  const recovered = new Set<Promise<void>>();
  const refused = createRefusedSagas();
  let recovering = false;

  async function recoverBatch(except: readonly string[]): Promise<Batch> {
    // Not bounded by the sagas in flight: what was accepted goes before what is still to be accepted.
    const limit = recoveryBatch - recovered.size;
    if (limit <= 0) return { found: 0, lost: [], drives: [] };
    await passing?.('before', { type: 'claimed', by: '' });
    const due = await store.findDue(limit, [...refused.listPaused(), ...except]);
    const known = due.filter(accept);
    const claimed = await store.claim(known);
    if (claimed.length > 0) await passing?.('after', { type: 'claimed', by: '' });
    const won = new Set(claimed.map(({ id }) => id));
    const lost = known.flatMap(({ id }) => (won.has(id) ? [] : [id]));
    return { found: due.length, lost, drives: claimed.map(drive) };
  }

  function drive(saga: HeldSaga<Input>): Promise<void> {
    const driven = parts.drive(saga);
    recovered.add(driven);
    return driven.finally(() => recovered.delete(driven));
  }

  /** Whether this program can drive the saga once it has claimed it. One that it cannot drive is told of, and left alone. */
  function accept({ id, log, lastSeq }: SagaRecord<Input>): boolean {
    try {
      nextMove(definition, [...log, { type: 'claimed', by: '', seq: lastSeq + 1, at: new Date() }], new Date());
      return true;
    } catch (error) {
      // Whatever is wrong with this one, the others are to go on.
      refused.add(id);
      parts.observeRefusal();
      logger.error('saga refused: its log is illegal', { sagaId: id, error: describeError(error) });
      return false;
    }
  }

  return {
    /** Claims one batch of sagas that nobody drives and drives them. Resolves, once they are claimed, with the drives. */
    recoverOnce: async (): Promise<Promise<void>[]> => (await recoverBatch([])).drives,

    /** Recovers until nothing is due, as many at a time as a batch. */
    async recoverAll(): Promise<void> {
      if (recovering) return;
      recovering = true;
      try {
        let lost: string[] = [];
        while (!stopping.aborted) {
          const batch = await recoverBatch(lost);
          // Not once none was claimed: others may have been quicker with all of these, and there may be more.
          if (batch.found === 0) break;
          // Whoever was quicker may not have committed yet: they would be found again.
          lost = batch.lost;
          // Not one for each that ends: a claim of many costs little more than a claim of one.
          while (recovered.size > recoveryBatch / 2) await Promise.race(recovered);
        }
      } catch (error) {
        logger.warn('recovery failed', { error: describeError(error) });
      } finally {
        recovering = false;
      }
    },

    isRecovering: () => recovering,
  };
}

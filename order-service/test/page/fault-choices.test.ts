import { operationFaultModes } from 'service-kit/fault-injection';
import { crashPoints, delayedModes, modeMeanings } from '../../page/fault-choices.ts';
import { listCrashPoints } from '../../src/crash-points.ts';
import { stepNames } from '../../src/place-order.saga.ts';

test('the page offers every point at which order-service can be made to die, and no other', () => {
  expect(crashPoints.map(({ name }) => name).sort()).toEqual(listCrashPoints(stepNames).sort());
});

test('no two points read the same', () => {
  expect(new Set(crashPoints.map(({ meaning }) => meaning)).size).toBe(crashPoints.length);
});

test('the page offers every way in which an operation can fail', () => {
  expect(Object.keys(modeMeanings).sort()).toEqual([...operationFaultModes].sort());
  expect(operationFaultModes).toEqual(expect.arrayContaining([...delayedModes]));
});

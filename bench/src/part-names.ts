/** The parts of a run, in the order in which they are run: those that leave most behind come last. */
export const partNames = ['happy', 'compensating', 'mixed', 'hot-product', 'overload', 'recovery', 'grown'] as const;
export type PartName = (typeof partNames)[number];

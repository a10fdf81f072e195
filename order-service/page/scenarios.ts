import { failureScenarios } from './failure-scenarios.ts';
import { orderScenarios } from './order-scenarios.ts';
import { participantScenarios } from './participant-scenarios.ts';
import type { Scenario } from './service-api.ts';

/** The stories of `scenarios/`, told from the page. */
export const scenarios: readonly Scenario[] = [...orderScenarios, ...failureScenarios, ...participantScenarios];

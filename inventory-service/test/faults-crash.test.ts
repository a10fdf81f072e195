import { testCrashFaults } from '../../service-kit/test/fault-crash-suite.ts';
import { release, reserve } from './inventory-faults.ts';

testCrashFaults('inventory-service', reserve, release);

import { testCrashFaults } from '../../service-kit/test/fault-crash-suite.ts';
import { charge, refund } from './payment-faults.ts';

testCrashFaults('payment-service', charge, refund);

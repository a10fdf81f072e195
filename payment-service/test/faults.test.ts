import { readConfig } from 'service-kit/config';
import { testFaults } from '../../service-kit/test/fault-suite.ts';
import { paymentConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { charge, refund } from './payment-faults.ts';

testFaults((env) => createService(readConfig(paymentConfig, env)), [charge, refund]);

import { readConfig } from 'service-kit/config';
import { testFaults } from '../../service-kit/test/fault-suite.ts';
import { inventoryConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';
import { release, reserve } from './inventory-faults.ts';

testFaults((env) => createService(readConfig(inventoryConfig, env)), [reserve, release]);

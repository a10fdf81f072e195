import { readConfig } from 'service-kit/config';
import { runService } from 'service-kit/service-program';
import { paymentConfig } from './config.ts';
import { createService } from './service.ts';

await runService(() => createService(readConfig(paymentConfig, process.env)));

import { readConfig } from 'service-kit/config';
import { runService } from 'service-kit/service-program';
import { inventoryConfig } from './config.ts';
import { createService } from './service.ts';

await runService(() => createService(readConfig(inventoryConfig, process.env)));

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toProblemsPage } from './problems-page.ts';
import { serviceApis } from './service-apis.ts';

const page = fileURLToPath(new URL('../../docs/problems.md', import.meta.url));
writeFileSync(page, toProblemsPage(Object.values(serviceApis)));

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fastStories } from 'stack/crash-story';
import { listScenarios, playScenario } from 'stack/scenarios';
import { useEmbeddedStack } from './embedded-stack.ts';

// A worker of jest hands on that its terminal has colours.
delete process.env['FORCE_COLOR'];
const system = useEmbeddedStack({ order: fastStories });

test.each(listScenarios())(
  '%s ends as told, and does so again',
  async (name) => {
    for (const round of ['first', 'second']) {
      const outputFile = join(system.folder, `${name}-${round}.out`);
      const ended = await playScenario(name, system.services, outputFile);
      const output = readFileSync(outputFile, 'utf8');
      expect({ ended, output }).toEqual({ ended: true, output: expect.not.stringContaining('✗') });
      expect(output).not.toContain('\u001b');
    }
  },
  60_000,
);

import { join } from 'node:path';
import { requireFreePort } from './free-port.ts';
import { workFolder } from './postgres-programs.ts';
import { onceToldToEnd } from './signals.ts';
import { ofEach, portVariable, type Stack, serviceNames, startStack } from './stack.ts';

// `make start`: the whole system on this machine without Docker, until Ctrl-C.
const ports = ofEach((name) => Number(process.env[portVariable(name)] || 8000 + serviceNames.indexOf(name)));

let starting: Promise<Stack> | undefined;
let told = false;
onceToldToEnd(async () => {
  told = true;
  const stack = await starting?.catch(() => undefined);
  await stack?.stop();
  console.log('all stopped');
  process.exit(0);
});

try {
  for (const name of serviceNames) await requireFreePort(ports[name], portVariable(name));
  const folder = process.env['DATA_FOLDER'] || join(workFolder(), 'start');
  const orderReplicas = Number(process.env['ORDER_REPLICAS'] || 1);
  starting = startStack({ folder, ports, toTerminal: true, durable: true, orderReplicas, notify: console.log });
  const { doors } = await starting;
  const addresses = serviceNames.map((name) => `${name}-service ${doors[name].url}`);
  console.log(`ready: ${addresses.join(', ')}; Ctrl-C stops all`);
} catch (error) {
  // What was interrupted is no mistake.
  if (!told) {
    console.error(`cannot start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

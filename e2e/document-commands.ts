import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A curl command of a document, and the answer that is printed below it. */
export interface DocumentCommand {
  command: string;
  printed: string | undefined;
}

const indented = '(?<=^ {4})curl .*(?:(?<=\\\\)\\n.*)*';
const inline = '(?<=`)curl [^`\\n]+(?=`)';

export function readCommands(text: string): DocumentCommand[] {
  return [...text.matchAll(new RegExp(`${indented}|${inline}`, 'gm'))].map(({ 0: command, index }) => {
    const [, printed] = text.slice(index + command.length).match(/^\n\n {4}([{[].*)\n/) ?? [];
    return { command, printed };
  });
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Runs the commands of one document, each as written, against the services of a test: `urls` are those of the ports 8000,
 * 8001 and so on, and `{name}` is what an answer before said last, in the first item where it was a page.
 */
export function createCommandRunner(urls: string[]) {
  const said: { [key: string]: Json } = {};

  return async ({ command }: DocumentCommand): Promise<Json> => {
    const script = command
      .replace(/http:\/\/localhost:800(\d)/g, (address, index) => urls[Number(index)] ?? address)
      .replace(/(?<=\/)\{(\w+)\}/g, (_, name) => String(said[name]));
    // An HTTP status that tells of an error is one.
    const strict = `curl() { command curl --silent --show-error --fail "$@"; }\n${script}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', strict]);
    if (!/^[[{]/.test(stdout)) return stdout;
    const answer: Json = JSON.parse(stdout);
    const item = isObject(answer) && Array.isArray(answer['items']) ? answer['items'][0] : answer;
    if (item !== undefined && isObject(item)) Object.assign(said, item);
    return answer;
  };
}

/**
 * The answer as a document prints it: with `…` in place of what differs from run to run, and where a list or an object
 * goes on. As text, because the order of the keys counts too.
 */
export function abridge(answer: Json, printed: string): string {
  return JSON.stringify(abridgeAs(answer, JSON.parse(printed)));
}

function abridgeAs(answer: Json, told: Json | undefined): Json {
  if (told === '…') return '…';
  if (Array.isArray(answer) && Array.isArray(told)) {
    const items = told.at(-1) === '…' ? answer.slice(0, told.length - 1) : answer;
    return [...items.map((item, index) => abridgeAs(item, told[index])), ...(items === answer ? [] : ['…'])];
  }
  if (told === undefined || !isObject(answer) || !isObject(told)) return answer;
  const entries = Object.entries(answer).filter(([key]) => key in told || !('…' in told));
  const shown = entries.map(([key, value]) => [key, abridgeAs(value, told[key])]);
  return Object.fromEntries('…' in told ? [...shown, ['…', '…']] : shown);
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type ApiDescription, listProblems, type Operation } from 'service-kit/openapi';
import { commonProblems, type ProblemType } from 'service-kit/problem';

/** The page of every problem type of the services, as Markdown. */
export function toProblemsPage(apis: readonly ApiDescription[]): string {
  const sections = apis.map((api) => {
    const own = Object.entries(api.problems).map((entry) => toRow(entry, listCalls(api, entry[0])));
    return `## ${api.title}\n\n${toTable(own)}`;
  });
  const common = Object.entries(commonProblems).map((entry) => toRow(entry, describeCommon(entry[0])));
  return `# Problems

Every error is a problem document (RFC 9457): \`type\` is \`/problems/\` and a name of these tables, and leads to a page of
the service that answered. \`make problems\` writes this page from the tables that the services answer from.

## Every service

${toTable(common)}
${sections.join('\n')}`;
}

/** What the common problems come from; that each call of a kind has them is not worth a list. */
function describeCommon(name: string): string {
  const kinds: Record<string, string> = {
    'malformed-request': 'every call with a body, or a parameter in its path or query',
    'validation-failed': 'every call with a body or a parameter',
    'route-not-found': 'everything else; `/faults` without `FAULTS=on`',
    'payload-too-large': 'every call with a body',
    'unsupported-media-type': 'every call with a body',
  };
  return kinds[name] ?? 'every call that needs the database';
}

/** What no document describes, because the document of another service does. */
function describeUndocumented(name: string): string {
  if (name === 'participant-unreachable') return 'everything below `/participants/`';
  throw new Error(`nothing answers with ${name}`);
}

function listCalls({ operations }: ApiDescription, problem: string): string {
  const calls = operations.filter((operation) => listProblems(operation).includes(problem));
  return calls.map(nameCall).join(', ') || describeUndocumented(problem);
}

const nameCall = ({ method, path }: Operation) => `\`${method.toUpperCase()} ${path}\``;

function toRow([name, { status, title, remedy }]: [string, ProblemType], calls: string): string {
  return `| \`${name}\` | ${status} | ${title} | ${calls} | ${remedy} |`;
}

function toTable(rows: string[]): string {
  return `${['| type | status | title | calls | what to do |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')}\n`;
}

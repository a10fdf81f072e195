/** What one answer of `/metrics` says. */
export interface Exposition {
  /** The type of each metric by name. */
  types: Map<string, string>;
  /** Every sample as it is written: `name{label="value"}`. */
  samples: Map<string, number>;
  /** The sum of the samples of this name whose labels include these; undefined if there are none. */
  sum(name: string, labels?: Record<string, string>): number | undefined;
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = `${name}="(?:[^"\\\\\\n]|\\\\["\\\\n])*"`;
const sampleLine = new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)\\})? ([+-]?(?:\\d[\\d.e+-]*|Inf)|Na[Nn])$`);

/** Reads the text format of Prometheus strictly: throws at whatever does not belong there. */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples = new Map<string, number>();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.split('\n').filter(Boolean)) {
    const [, keyword, metric = '', rest = ''] = line.match(new RegExp(`^# (HELP|TYPE) (${name}) (.+)$`)) ?? [];
    if (keyword) {
      const known = keyword === 'HELP' ? helps : types;
      if (known.has(metric)) throw new Error(`twice: ${line}`);
      known.set(metric, rest);
      continue;
    }
    const [, sample = '', labels, value = ''] = line.match(sampleLine) ?? [];
    const family = sample.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(sample) && types.get(family) !== 'histogram') throw new Error(`no sample of a metric: ${line}`);
    const key = labels ? `${sample}{${labels}}` : sample;
    if (samples.has(key)) throw new Error(`twice: ${line}`);
    samples.set(key, Number(value.replace('Inf', 'Infinity')));
  }
  for (const metric of types.keys()) if (!helps.get(metric)?.trim()) throw new Error(`${metric} has no help`);
  return {
    types,
    samples,
    sum(wanted, labels = {}) {
      const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const found = [...samples].filter(
        ([key]) => key.replace(/\{.*/s, '') === wanted && pairs.every((pair) => key.includes(pair)),
      );
      return found.length === 0 ? undefined : found.reduce((total, [, value]) => total + value, 0);
    },
  };
}

/** What `/metrics` of the service at this URL says. */
export async function readMetrics(url: string): Promise<Exposition> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return parseExposition(await response.text());
}

const grouping = /\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset']);

/** The names of the metrics that an expression of PromQL reads. */
export function listMetrics(expression: string): string[] {
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '')
    .replace(grouping, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '');
  const names = [...bare.matchAll(/(?<![\w$.])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)].map(([name]) => name);
  return [...new Set(names.filter((name) => !keywords.has(name)))];
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from 'stack/postgres-programs';

/** `.env.example` names what the compose file reads, with the same defaults. */
export function compareSettings(): void {
  test('.env.example lists every variable with its default', () => {
    const composeFile = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');
    const used = composeFile.matchAll(/\$\{(?<name>\w+):-(?<value>[^}]*)\}/g);
    const listed = readFileSync(join(repository, '.env.example'), 'utf8').matchAll(/^(?<name>\w+)=(?<value>.*)$/gm);
    const toObject = (matches: Iterable<RegExpMatchArray>) =>
      Object.fromEntries([...matches].map(({ groups }) => [groups?.['name'], groups?.['value']]));
    expect(toObject(listed)).toEqual(toObject(used));
  });
}

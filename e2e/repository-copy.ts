import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { installPrograms, repository } from 'stack/postgres-programs';

/** A copy of the repository's files, as a repository of its own that shares the installed packages. Returns its folder. */
export function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'repository-copy-'));
  // Postgres's user has to get in.
  chmodSync(copy, 0o755);
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((path) => path && existsSync(join(repository, path)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  for (const folder of ['.', ...listWorkspaces(repository)]) linkPackages(join(folder, 'node_modules'), copy);
  linkWorkspaces(copy);
  const programs = dirname(dirname(installPrograms()));
  mkdirSync(join(copy, '.data'));
  symlinkSync(programs, join(copy, '.data', basename(programs)));
  return copy;
}

/** Makes the copy's own workspaces its packages, as `npm install` does. */
export function linkWorkspaces(copy: string): void {
  for (const name of listWorkspaces(copy)) {
    const link = join(copy, 'node_modules', name);
    if (!existsSync(link)) symlinkSync(join('..', name), link);
  }
}

function linkPackages(folder: string, copy: string): void {
  if (!existsSync(join(repository, folder))) return;
  mkdirSync(join(copy, folder));
  for (const name of readdirSync(join(repository, folder))) {
    const source = join(repository, folder, name);
    if (!lstatSync(source).isSymbolicLink()) symlinkSync(source, join(copy, folder, name));
  }
}

function listWorkspaces(folder: string): string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')));
}

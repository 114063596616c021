/**
 * The programs that the package must run under, installed from the npm registry when a test asks for them, and kept
 * under .cache/runtimes. They are no development dependencies: together they take 470 MB, which `npm ci` would bring to
 * everybody.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../.cache/runtimes', import.meta.url));
/** What npm says when there is no network: no fault of the package. */
const UNREACHABLE = /code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED)/;

/** A command and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Node in this version; undefined when it cannot be had, for the registry does not answer. */
export function nodeOfVersion(version: string): Command | undefined {
  if (process.versions.node.split('.')[0] === version.split('.')[0]) return [process.execPath];
  const isWindows = process.platform === 'win32';
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`; // what the package `node` installs
  const folder = installed(name, version);
  if (folder === undefined) return undefined;
  return [join(folder, name, 'bin', isWindows ? 'node.exe' : 'node')];
}

/** Deno: the one in the variable DENO, or in this version; undefined as above. */
export function denoOfVersion(version: string): Command | undefined {
  if (process.env.DENO) return [process.env.DENO];
  const folder = installed('deno', version);
  return folder === undefined ? undefined : [process.execPath, join(folder, 'deno', 'bin.cjs')];
}

/** The node_modules with a package. @throws Error when the registry answers and npm fails nevertheless. */
function installed(name: string, version: string): string | undefined {
  const folder = join(CACHE, `${name}@${version}`);
  if (existsSync(folder)) return join(folder, 'node_modules');
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const quiet = [
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--fetch-retries=1',
  ];
  const options = { cwd: partial, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(
    'npm',
    ['install', '--prefix', partial, ...quiet, `${name}@${version}`],
    options,
  );
  if (status !== 0) rmSync(partial, { recursive: true });
  if (status !== 0 && UNREACHABLE.test(stderr)) return undefined;
  if (status !== 0) throw new Error(`expected npm to install ${name}@${version}, got ${stderr}`);
  renameSync(partial, folder);
  return join(folder, 'node_modules');
}

/** What a program writes. @throws Error when it fails. */
export function outputOf([program, ...first]: Command, args: readonly string[], cwd: string): string {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return execFileSync(program, [...first, ...args], { cwd, encoding: 'utf8', timeout: 120_000, stdio });
}

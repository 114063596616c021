/**
 * The package as it is published, built once for all tests that run the real program: a copy of what is shipped,
 * under .cache/built/<hash of its sources>, beside nothing that a stale dist/ could lend it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILDS = join(ROOT, '.cache', 'built');
const INPUTS = [
  'package.json',
  'tsconfig.json',
  '.ci',
  'src',
  'README.md',
  'LICENSE',
  'weights',
  'docs/pictures',
];
const HOUR_MS = 3_600_000;

let built: string | undefined;

/** The folder of the built package. Takes some seconds the first time after a change. */
export function builtPackage(): string {
  built ??= build();
  return built;
}

function build(): string {
  const inputs = INPUTS.filter((path) => existsSync(join(ROOT, path)));
  const folder = join(BUILDS, hashOf(inputs));
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  for (const path of inputs) cpSync(join(ROOT, path), join(partial, path), { recursive: true });
  compile(partial);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error; // otherwise another worker was faster
  }
  removeOldBuilds(folder);
  return folder;
}

/** As `npm run build`, without the type check, which is a command of its own and changes no output. */
function compile(folder: string): void {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder });
  run(compiler, '-p', 'src/tsconfig.build.json', '--noCheck');
  run('.ci/copy-data.mjs');
  run('.ci/build-browser.mjs');
}

function hashOf(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(path).update('\0').update(readFileSync(path));
  };
  for (const input of inputs) add(join(ROOT, input));
  return hash.digest('hex').slice(0, 16);
}

function removeOldBuilds(current: string): void {
  mkdirSync(BUILDS, { recursive: true });
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    const facts = statSync(path, { throwIfNoEntry: false }); // another worker may have moved it meanwhile
    const isOld = facts !== undefined && Date.now() - facts.mtimeMs > HOUR_MS;
    if (path !== current && isOld) rmSync(path, { recursive: true, force: true });
  }
}

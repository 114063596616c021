/** A project of a user: the packed package, installed beside its production dependencies only. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtPackage } from './built-package.js';
import { temporaryFolder } from './tiny-model.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface InstalledApp {
  readonly path: string;
  /** Its node_modules. */
  readonly modules: string;
  /** The package in it. */
  readonly installed: string;
  readonly tarball: string;
  /** Writes files of the app, by their names. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/** In a new folder of the system's temporary one; call `remove` when done. */
export function installedApp(): InstalledApp {
  const { path, remove } = temporaryFolder();
  const modules = join(path, 'node_modules');
  const installed = join(modules, 'internvl');
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', path];
  execFileSync('npm', pack, { cwd: builtPackage(), encoding: 'utf8' });
  const tarball = join(path, readdirSync(path).find((name) => name.endsWith('.tgz')) ?? '');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const name of productionPackages()) cpSync(join(ROOT, name), join(path, name), { recursive: true });
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  };
  write({ 'package.json': '{ "type": "module" }' });
  return { path, modules, installed, tarball, write, remove };
}

/** The packages that an installation would bring, by the lock file. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const packages = Object.entries<Record<string, unknown>>(lock.packages);
  const isNeeded = (facts: Record<string, unknown>) => !facts.dev && !facts.optional && !facts.devOptional;
  return packages.filter(([path, facts]) => path !== '' && isNeeded(facts)).map(([path]) => path);
}

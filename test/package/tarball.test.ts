import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { builtPackage } from './built-package.js';
import { temporaryFolder, writeTinyModel } from './tiny-model.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const app = temporaryFolder();
const modules = join(app.path, 'node_modules');
const installed = join(modules, 'internvl');
const model = join(app.path, 'tiny');

/** The packages that an installation would bring, by the lock file. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const packages = Object.entries<Record<string, unknown>>(lock.packages);
  const isNeeded = (facts: Record<string, unknown>) => !facts.dev && !facts.optional && !facts.devOptional;
  return packages.filter(([path, facts]) => path !== '' && isNeeded(facts)).map(([path]) => path);
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: app.path, encoding: 'utf8' });

beforeAll(() => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', app.path];
  execFileSync('npm', pack, { cwd: builtPackage(), encoding: 'utf8' });
  const tarball = readdirSync(app.path).find((name) => name.endsWith('.tgz')) ?? '';
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(app.path, tarball), '--strip-components=1', '-C', installed]);
  for (const path of productionPackages())
    cpSync(join(ROOT, path), join(app.path, path), { recursive: true });
  writeFileSync(join(app.path, 'package.json'), '{ "type": "module" }');
  writeTinyModel(model);
});
afterAll(app.remove);

describe('the packed package, installed beside its production dependencies only', () => {
  test('classifies a picture under plain node', () => {
    const picture = join(installed, 'docs', 'pictures', 'dog.png');
    const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const output = node(join(installed, bin.internvl), 'classify', picture, '-l', 'dog,cat', '-m', model);
    expect(output).toMatch(/^ +[\d.]+ % {2}(dog|cat)/);
  });

  test('is imported by its name', () => {
    const program = `
      import { InternVL } from 'internvl';
      const model = await InternVL.fromPretrained(${JSON.stringify(model)});
      const { rows, width } = await model.encodeText(['a cat', 'a dog']);
      await model.dispose();
      console.log(rows, width);`;
    writeFileSync(join(app.path, 'app.js'), program);
    expect(node('app.js')).toBe('2 48\n');
  });

  test('has no native file and less than 80 MB', () => {
    const files = filesIn(modules);
    expect(files.filter((path) => path.endsWith('.node'))).toEqual([]);
    const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThan(80e6);
    expect(bytes).toBeGreaterThan(10e6); // otherwise nothing was installed
  });

  test('ships what it needs at run time and no sources, tests or fixtures', () => {
    const shipped = filesIn(installed).map((path) => path.slice(installed.length + 1));
    expect(shipped).toEqual(
      expect.arrayContaining(['LICENSE', 'dist/index.d.ts', 'dist/tasks/templates/en.json']),
    );
    expect(shipped.filter((path) => /^(src|test)\/|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  test('its types need no types of tfjs', () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(path, 'utf8');
      expect(text, path).not.toContain('@tensorflow');
      for (const [, target = ''] of text.matchAll(/from '(\.[^']+)\.js'/g))
        visit(`${resolve(dirname(path), target)}.d.ts`);
    };
    visit(join(installed, 'dist', 'index.d.ts'));
    expect(seen.size).toBeGreaterThan(5);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { installedApp } from './installed-app.js';
import { writeTinyModel } from './tiny-model.js';

const app = installedApp();
const { modules, installed, tarball } = app;
const model = join(app.path, 'tiny');
const picture = join(installed, 'docs', 'pictures', 'dog.png');

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Classifies a picture, and says where on the way fused multiply-add (relaxed SIMD) could be used. */
const CLASSIFIER = `
  const [options, picture, engine] = process.argv.slice(2);
  const code = [...[0, 97, 115, 109, 1, 0, 0, 0], ...[1, 5, 1, 96, 0, 1, 123], ...[3, 2, 1, 0], 10, 19, 1, 17, 0];
  const zeros = [65, 0, 253, 15]; // i32.const 0, i8x16.splat
  const madd = Uint8Array.from([...code, ...zeros, ...zeros, ...zeros, 253, 133, 2, 11]);
  const relaxed = [WebAssembly.validate(madd)];
  const { InternVL } = await import('internvl');
  relaxed.push(WebAssembly.validate(madd));
  const model = await InternVL.fromPretrained(undefined, JSON.parse(options));
  relaxed.push(WebAssembly.validate(madd));
  const { runningEngine } = await import(engine);
  await runningEngine().ready();
  const predictions = await model.classify(picture, ['cat', 'dog']);
  console.log(JSON.stringify({ relaxed, threads: runningEngine().threads, predictions }));`;

interface Classified {
  readonly relaxed: readonly [before: boolean, imported: boolean, started: boolean];
  readonly threads: number;
  readonly predictions: readonly { readonly label: string }[];
}

/** What the program found out in a process that ended by itself and had no complaint. It disposes nothing. */
function classified(options: object): Classified {
  writeFileSync(join(app.path, 'classifier.js'), CLASSIFIER);
  const argv = ['classifier.js', JSON.stringify(options), picture, join(installed, 'dist/backend/engine.js')];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: app.path,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const node = (...args: string[]): string =>
  execFileSync(process.execPath, args, { cwd: app.path, encoding: 'utf8' });

beforeAll(() => {
  writeTinyModel(model);
});
afterAll(app.remove);

describe('the packed package, installed beside its production dependencies only', () => {
  test('classifies a picture under plain node', () => {
    const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const output = node(join(installed, bin.internvl), 'classify', picture, '-l', 'dog,cat', '-m', model);
    expect(output).toMatch(/^ +[\d.]+ % {2}(dog|cat)/);
  });

  test('classifies with two threads as with one, and ends by itself without a warning', () => {
    const two = classified({ threads: 2 });
    const one = classified({ threads: 1 });
    expect([one.threads, two.threads]).toEqual([1, 2]);
    expect(two.predictions).toEqual(one.predictions);
    expect(two.predictions.map(({ label }) => label)).toEqual(['dog', 'cat']);
    expect(two.relaxed).toEqual([two.relaxed[0], two.relaxed[0], true]); // on Node 20 it is switched on
  });

  test('changes nothing in a process that it does not need to change', () => {
    const { relaxed } = classified({ threads: 2, deterministic: true });
    expect(new Set(relaxed).size).toBe(1);
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

  test('says what to install where a graphics device is asked for', () => {
    const argv = [
      join(installed, 'dist/cli/main.js'),
      'classify',
      picture,
      '-l',
      'dog',
      '--device',
      'webgpu',
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: app.path, encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /expected the optional package webgpu, got none: npm install @tensorflow\/tfjs-backend-webgpu@4.22.0 webgpu\n$/,
    );
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
    expect(shipped.filter((path) => /^(src|test)\/|(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([]);
  });

  test('ships four builds of the kernels and what threads run, and no source of theirs', () => {
    const shipped = filesIn(join(installed, 'dist', 'simd')).map((path) => relative(installed, path));
    const below = (folder: string) => shipped.filter((path) => path.startsWith(folder)).sort();
    const builds = ['baseline-private', 'baseline-shared', 'relaxed-private', 'relaxed-shared'];
    expect(below('dist/simd/wasm/')).toEqual(builds.map((name) => `dist/simd/wasm/${name}.wasm`));
    expect(below('dist/simd/assembly')).toEqual([]);
    const scripts = ['instantiate', 'serve-jobs', 'thread.browser', 'thread.node'];
    expect(shipped.filter((path) => path.endsWith('.mjs')).sort()).toEqual(
      scripts.map((name) => `dist/simd/${name}.mjs`),
    );
  });

  test('is less than 8 MB to download, most of it weights', () => {
    const weights = filesIn(join(installed, 'weights')).reduce((sum, path) => sum + statSync(path).size, 0);
    expect(statSync(tarball).size).toBeLessThan(8e6);
    expect(statSync(tarball).size).toBeLessThan(2 * weights);
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

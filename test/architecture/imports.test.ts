import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { layers, layerViolations } from './layers.js';
import { importsOf, parseSource, root, type SourceFile, sourceFiles } from './source-files.js';

const source = sourceFiles('src');
const below = (folder: string) => source.filter(({ path }) => path.startsWith(`src/${folder}/`));

test('imports go downward only, and every folder has its layer', () => {
  expect(source.flatMap(layerViolations)).toEqual([]);
});

test.each([
  ['upward', 'src/vision/block.ts', "import { open } from '../contrastive/internvl-c.js';"],
  ['sideways', 'src/vision/block.ts', "import { x } from '../qllama/block.js';"],
  ['upward by type', 'src/nn/linear.ts', "import type { Scope } from '../checkpoint/scope.js';"],
  ['dynamically', 'src/tasks/embed.ts', "const { x } = await import('../train/stage-1.js');"],
  ['by re-export', 'src/nn/tensor.ts', "export { x } from '../backend/start.js';"],
  ['into a folder nobody knows', 'src/cli/run.ts', "import { x } from '../magic/wand.js';"],
  ['the data into the model', 'src/contrastive/config.ts', "import { x } from '../emojiworld/icons.js';"],
])('an import %s would be found', (_, path, text) => {
  expect(layerViolations(parseSource(path, text))).toHaveLength(1);
});

test('imports downward and within a folder are allowed', () => {
  const text = "import { a } from '../nn/linear.js'; import { b } from './mlp.js';";
  expect(layerViolations(parseSource('src/vision/block.ts', text))).toEqual([]);
  expect(layers['.']).toBeDefined();
});

test('nn knows tfjs and nothing else', () => {
  const foreign = below('nn').flatMap((file) => importsOf(file).filter((name) => !name.startsWith('./')));
  expect([...new Set(foreign)]).toEqual(['@tensorflow/tfjs-core']);
});

test('forwards read no files: in the towers only what reads weights or config knows checkpoints', () => {
  const towers = ['vision', 'llama', 'qllama', 'contrastive'].flatMap(below);
  const readers = towers.filter((file) => importsOf(file).some((name) => name.includes('/checkpoint/')));
  const others = readers.filter(({ path }) => !/\/(weights|read-config|config-json)\.ts$/.test(path));
  expect(others.map(({ path }) => path)).toEqual([]);
});

test('what users run imports only the dependencies, webgpu those it asks for; training may import those for development', () => {
  const { dependencies, peerDependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const runtime = Object.keys(dependencies);
  const optional = Object.keys(peerDependencies);
  const development = Object.keys(devDependencies);
  const packagesOf = (files: readonly SourceFile[]) => [
    ...new Set(files.flatMap(importsOf).filter(isPackage).map(packageName)),
  ];
  const data = source.filter(({ path }) => /^src\/(emojiworld|train)\//.test(path));
  const device = source.filter(({ path }) => path === 'src/backend/webgpu.ts');
  const rest = source.filter((file) => !data.includes(file) && !device.includes(file));
  expect(packagesOf(rest).filter((name) => !runtime.includes(name))).toEqual([]);
  expect(packagesOf(device).filter((name) => ![...runtime, ...optional].includes(name))).toEqual([]);
  expect(packagesOf(data).filter((name) => ![...runtime, ...development].includes(name))).toEqual([]);
});

function isPackage(specifier: string): boolean {
  return !/^(\.|#|node:)/.test(specifier) && !builtinModules.includes(specifier);
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findCases, resolveWithin } from '../../src/parity/find-cases.js';
import { type TemporarySet, temporarySet } from './temporary-set.js';

const manifest = { format: 'parity-case/1', module: 'internvit' };
const index = (...names: string[]) => ({
  format: 'parity-index/1',
  cases: names.map((name) => ({ name, module: 'internvit', bytes: 1 })),
});

let set: TemporarySet;
beforeEach(async () => {
  set = await temporarySet();
});
afterEach(() => set.remove());

const namesAt = async (path: string) => (await findCases(path)).map(({ name }) => name);

test('a set is what its index lists', async () => {
  await set.write('index.json', index('tiny/a', 'tiny/b', 'wide/a'));
  const found = await findCases(set.root);
  expect(found.map(({ name, module }) => [name, module])).toEqual([
    ['tiny/a', 'internvit'],
    ['tiny/b', 'internvit'],
    ['wide/a', 'internvit'],
  ]);
  expect(found[0]).toMatchObject({ root: set.root, folder: `${set.root}/tiny/a` });
});

test('a part of a set and a single case know the root of the set', async () => {
  await set.write('index.json', index('tiny/a', 'tiny/b', 'wide/a'));
  for (const name of ['tiny/a', 'tiny/b', 'wide/a'])
    await set.write(`${name}/manifest.json`, { ...manifest, name });
  expect(await namesAt(`${set.root}/tiny`)).toEqual(['tiny/a', 'tiny/b']);
  expect(await findCases(`${set.root}/tiny/b`)).toMatchObject([{ name: 'tiny/b', root: set.root }]);
  expect(await findCases(`${set.root}/tiny/b/manifest.json`)).toMatchObject([
    { name: 'tiny/b', root: set.root },
  ]);
});

test('a dump without an index is walked; its root is the folder that was named', async () => {
  await set.write('b/manifest.json', manifest);
  await set.write('a/deep/manifest.json', manifest);
  await set.write('weights/config.json', {});
  expect(await namesAt(set.root)).toEqual(['a/deep', 'b']);
  expect(await findCases(`${set.root}/b`)).toMatchObject([{ name: 'b', root: `${set.root}/b` }]);
});

test('other index files are not an index of cases', async () => {
  await set.write('index.json', { name: 'something else' });
  await set.write('a/manifest.json', manifest);
  expect(await namesAt(set.root)).toEqual(['a']);
});

test('says what is missing', async () => {
  await expect(findCases(`${set.root}/nowhere`)).rejects.toThrow(
    /expected a folder of parity cases, got no such/,
  );
  await set.write('empty/readme.txt', 'nothing');
  await expect(findCases(`${set.root}/empty`)).rejects.toThrow(/found none/);
});

test('refuses an index that is malformed or leads out of the set', async () => {
  await set.write('index.json', { format: 'parity-index/1', cases: [{ name: 'a' }] });
  await expect(findCases(set.root)).rejects.toThrow(/index.json: cases.0.module/);
  for (const name of ['../a', 'tiny/../../a', '/etc']) {
    await set.write('index.json', index(name));
    await expect(findCases(set.root)).rejects.toThrow(/expected a path within the set/);
  }
});

test('paths may climb within the set but not out of it', () => {
  expect(resolveWithin('/set', '/set/tiny/a', '../b/tensors.safetensors')).toBe(
    '/set/tiny/b/tensors.safetensors',
  );
  expect(resolveWithin('/set', '/set', '..safe/file')).toBe('/set/..safe/file');
  for (const path of ['../../../x', '/set/tiny/a/file', '', '../../../set2/x']) {
    expect(() => resolveWithin('/set', '/set/tiny/a', path)).toThrow(/within the set/);
  }
});

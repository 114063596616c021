import { cp } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { type CaseResult, parityHolds, runParity } from '../../src/parity/run.js';
import { changeTensor } from './change-tensor.js';
import { safetensorsOf, type TemporarySet, temporarySet } from './temporary-set.js';

const fixtures = 'test/fixtures/reference';
const vit = { modules: ['internvit'], cases: ['tiny-14b/vit'] };

let set: TemporarySet;
beforeEach(async () => {
  set = await temporarySet();
});
afterEach(() => set.remove());

const briefly = (results: readonly CaseResult[]) => results.map(({ name, status }) => [name, status]);
const failing = (result: CaseResult | undefined) =>
  result?.outputs.filter(({ ok }) => !ok).map(({ name }) => name);

test('the set in the repository holds, every case of it but the largest test vectors', async () => {
  const results = await runParity([fixtures], { except: ['full-width/synthetic-weights'] }); // half a billion values
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(results.length).toBeGreaterThanOrEqual(13);
  expect(parityHolds(results)).toBe(true);
  expect(results.find(({ name }) => name === 'tiny-14b/vit')?.outputs).toHaveLength(16);
});

test('results are plain data, and come one by one', async () => {
  const seen: CaseResult[] = [];
  const traces: string[] = [];
  const results = await runParity([fixtures], {
    ...vit,
    onCase: (result) => seen.push(result),
    onTrace: (name) => traces.push(name),
  });
  expect(seen).toEqual(results);
  expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  expect(traces.slice(0, 3)).toEqual(['embeddings', 'block.0.norm1', 'block.0.qkv']);
  const asked = new Set(results[0]?.trace?.map(({ name }) => name));
  expect([...asked]).toEqual(traces.map((name) => `trace.${name}`).filter((name) => asked.has(name)));
  expect(asked.size).toBeGreaterThan(9);
});

test('no case leaves a tensor behind', async () => {
  const all = () => runParity([fixtures], { except: ['full-width/*', 'preprocess/*'] });
  await expect(all).toKeepAsync(0);
});

test('modules, cases and exceptions select; a part of the set is a set', async () => {
  const select = async (options: object) => (await runParity([fixtures], options)).map(({ name }) => name);
  expect(await select({ modules: ['attention-pool'], cases: ['tiny-*'] })).toEqual([
    'tiny-14b/pool-query',
    'tiny-14b/pool-vision',
  ]);
  expect(await select({ modules: ['attention-pool'], except: ['*query', 'full-width/*'] })).toEqual([
    'tiny-14b/pool-vision',
  ]);
  const one = await runParity([`${fixtures}/tiny-14b/pool-query`, `${fixtures}/tiny-14b/pool-query`]);
  expect(briefly(one)).toEqual([['tiny-14b/pool-query', 'ok']]);
});

test('a selection that leaves nothing is an error, not a success', async () => {
  const named = (...modules: string[]) => runParity([fixtures], { modules, cases: ['nothing*'] });
  await expect(named()).rejects.toThrow(/expected a case of nothing\*/);
  await expect(named('internvit')).rejects.toThrow(/expected a case of nothing\* in .*, found none among/);
  await expect(named('internvit', 'internvit-7b')).rejects.toThrow(
    /expected cases of internvit-7b in .*, found attention-pool, internvit, /,
  );
  expect(parityHolds([])).toBe(false);
});

test.each([
  ['vision_model.encoder.layers.2.mlp.fc2.weight', 'trace.block.2'],
  ['vision_model.encoder.layers.0.attn.k_norm.weight', 'trace.block.0.k_norm'],
  ['vision_model.embeddings.class_embedding', 'trace.embeddings'],
])('a wrong %s fails, and the first divergence is %s', async (tensor, divergence) => {
  const weights = `${set.root}/checkpoint`;
  await cp(`${fixtures}/tiny-14b/checkpoint`, weights, { recursive: true });
  await changeTensor(weights, tensor);
  const [result] = await runParity([fixtures], { ...vit, weights });
  expect(result).toMatchObject({ status: 'failed', ok: false, firstDivergence: divergence });
  expect(failing(result)).toContain('last_hidden_state');
  expect(failing(result)).toContain(divergence);
});

test('a module without a runner is not implemented, and that does not hold', async () => {
  await set.write('manifest.json', { format: 'parity-case/1', module: 'telepathy', expect: {} });
  const results = await runParity([set.root]);
  expect(results).toMatchObject([{ module: 'telepathy', status: 'not-implemented', ok: false, outputs: [] }]);
  expect(parityHolds(results)).toBe(false);
});

const poolCase = { format: 'parity-case/1', module: 'attention-pool', params: { prefix: 'clip_projector' } };
const resizeCase = {
  format: 'parity-case/1',
  module: 'pos-embed-resize',
  params: { tables: [{ index: 0, from: [2, 2], to: [3, 3] }] },
};

test.each([
  ['weights outside the set', { ...poolCase, weights: '../weights' }, /expected a path within the set/],
  ['absolute weights', { ...poolCase, weights: '/tmp' }, /expected a path within the set/],
  ['weights from elsewhere', { ...poolCase, weights: 'https://example.org/m' }, /expected a checkpoint/],
  ['weights that do not exist', { ...poolCase, weights: 'weights' }, /expected a checkpoint/],
  ['no weights', poolCase, /weights: expected a checkpoint/],
  ['tensors outside the set', { ...resizeCase, inputs: { 'table.0': '../../x#in' } }, /within the set/],
  [
    'tensors that are not there',
    { ...resizeCase, inputs: { 'table.0': 'y' } },
    /y: expected in .*safetensors/,
  ],
  ['inputs that are not there', { ...resizeCase, inputs: {} }, /expected the input table.0, got none/],
  [
    'params of another form',
    { ...resizeCase, params: { tables: [{}] } },
    /params.tables: 0.index: expected a value/,
  ],
  [
    'unknown params',
    { ...poolCase, params: { prefix: 'clip_projector', heads: 3 } },
    /params: expected .*, got heads/,
  ],
  ['another name than its folder', { ...poolCase, name: 'elsewhere' }, /expected the name/],
  ['another format', { ...poolCase, format: 'parity-case/9' }, /manifest.json: format/],
])('a case with %s is an error of that case', async (_, manifest, message) => {
  await set.write('bad/manifest.json', manifest);
  await set.write('bad/tensors.safetensors', safetensorsOf({ 'in.x': { shape: [1], data: [1] } }));
  const [result] = await runParity([set.root]);
  expect(result).toMatchObject({ name: 'bad', status: 'error', ok: false });
  expect(result?.error).toMatch(message);
});

test('one bad case does not stop the others', async () => {
  await set.write('a/manifest.json', 'not JSON');
  await cp(`${fixtures}/pos-embed-resize`, `${set.root}/pos-embed-resize`, { recursive: true });
  expect(briefly(await runParity([set.root]))).toEqual([
    ['a', 'error'],
    ['pos-embed-resize', 'ok'],
  ]);
});

test('a dump without lists of names compares everything that its file holds', async () => {
  const tensors = { 'in.table.0': { shape: [1, 5, 1], data: [9, 1, 2, 3, 4] } };
  const expected = { 'out.table.0': { shape: [1, 5, 1], data: [9, 1, 2, 3, 4.5] } };
  const tables = [{ index: 0, from: [2, 2], to: [2, 2] }];
  const manifest = { format: 'parity-case/1', module: 'pos-embed-resize', params: { tables } };
  await set.write('mine/manifest.json', manifest);
  await set.write('mine/tensors.safetensors', safetensorsOf({ ...tensors, ...expected }));
  const [result] = await runParity([`${set.root}/mine`]);
  expect(result?.outputs).toMatchObject([{ name: 'table.0', ok: false, maxAbs: 0.5 }]);
});

test('a signal stops between cases and at the next trace point', async () => {
  const controller = new AbortController();
  const options = { ...vit, signal: controller.signal, onTrace: () => controller.abort(new Error('enough')) };
  await expect(runParity([fixtures], options)).rejects.toThrow('enough');
});

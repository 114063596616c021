import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';

const folder = temporaryFolder();
const model = join(folder.path, 'tiny');
const at = (name: string) => join(folder.path, name);

beforeAll(() => void writeTinyModel(model));
afterAll(folder.remove);

describe('internvl inspect', () => {
  test('counts parts, kinds and memory', async () => {
    const { code, stdout } = await runInProcess(['inspect', model]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/vision +69 +334,320 +668\.6 kB/);
    expect(stdout).toMatch(/total +168 +927,351 +1\.9 MB/);
    expect(stdout).toMatch(/memory, all weights: +3\.7 MB as float32/);
  });

  test('lists every tensor, and all of it as JSON', async () => {
    const { stdout } = await runInProcess(['inspect', model, '--tensors']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(168);
    expect(stdout).toMatch(/text_projection +BF16 +\[84, 48\]/);
    const json = JSON.parse((await runInProcess(['inspect', model, '--json'])).stdout);
    expect([json.total.tensors, json.byPart.heads.tensors, json.tensors]).toEqual([168, 5, undefined]);
  });

  test('a file that is no checkpoint is exit code 3', async () => {
    writeFileSync(at('a.safetensors'), 'not tensors at all');
    const { code, stdout, stderr } = await runInProcess(['inspect', at('a.safetensors')]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^internvl: .*a\.safetensors.*\n$/);
    expect((await runInProcess(['inspect'])).code).toBe(2);
  });
});

describe('internvl convert', () => {
  test('writes a folder that classifies as the original does', async () => {
    const { code, stdout } = await runInProcess(['convert', model, at('f32'), '--dtype', 'f32']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/f32: 168 tensors, 3\.7 MB\n {2}model\.safetensors\n/),
    ]);
    const embed = async (from: string) =>
      (await runInProcess(['embed', '--text', 'a cat', '-m', from])).stdout;
    expect(await embed(at('f32'))).toBe(await embed(model));
  });

  test('writes int8 that inspect tells and that embeds nearly the same', async () => {
    const { code, stdout } = await runInProcess(['convert', model, at('int8'), '--quantize', 'int8']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/int8: 233 tensors, 1\.2 MB, 65 matrices as int8\n {2}model\.safetensors\n/),
    ]);
    const inspected = (await runInProcess(['inspect', at('int8')])).stdout;
    expect(inspected).toMatch(/^ {2}I8 +130 +726,320 +757\.6 kB +8\.34$/m);
    expect(inspected).toMatch(/^total +233 +927,351 +1\.2 MB +10\.00$/m);
    const embed = async (from: string): Promise<number[]> =>
      JSON.parse((await runInProcess(['embed', '--text', 'a cat', '-m', from, '--json'])).stdout).texts[0]
        .embedding;
    const [wide, narrow] = [await embed(model), await embed(at('int8'))];
    expect(wide.reduce((sum, x, i) => sum + x * (narrow[i] ?? 0), 0)).toBeGreaterThan(0.999);
  });

  test('refuses a folder that holds something, and leaves nothing of a failure', async () => {
    const occupied = await runInProcess(['convert', model, model]);
    expect([occupied.code, occupied.stderr]).toEqual([
      1,
      expect.stringContaining('expected a new or empty folder'),
    ]);
    const missing = await runInProcess(['convert', at('none'), at('out')]);
    expect([missing.code, existsSync(at('out'))]).toEqual([3, false]);
    expect((await runInProcess(['convert', model])).code).toBe(2);
    expect((await runInProcess(['convert', model, at('out'), '--dtype', 'int8'])).code).toBe(2);
    expect((await runInProcess(['convert', model, at('out'), '--quantize', 'int4'])).code).toBe(2);
  });
});

describe('internvl doctor', () => {
  test('finds machine, backend and model in order', async () => {
    const { code, stdout } = await runInProcess(['doctor', '--model', model]);
    expect(stdout.match(/^!!.*$/m)).toBeNull();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +engine +\d+ threads?, (fused|without fused) multiply-add, exact$/m);
    expect(stdout).toMatch(/^ok +engine memory +up to 4\.3 GB$/m);
    expect(stdout).toMatch(/^ok +parameters +927,351 \(5 vision blocks, 5 text layers\)$/m);
  });

  test('a missing model is exit code 3, after what was found', async () => {
    const { code, stdout, stderr } = await runInProcess(['doctor', '--model', at('none')]);
    expect([code, /^ok +arithmetic/m.test(stdout)]).toEqual([3, true]);
    expect(stderr).toContain('none: expected the folder of a model');
  });
});

describe('internvl parity', () => {
  test('one line a case, exit 0 when all hold', async () => {
    const set = 'test/fixtures/reference';
    const { code, stdout, stderr } = await runInProcess(['parity', set, '--module', 'attention-pool']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^\d+ ok, 0 failed\n$/)]);
    expect(stdout).toMatch(/^tiny-14b\/pool-vision .* ok$/m);
  });

  test('nothing found and nothing named are not ok', async () => {
    expect((await runInProcess(['parity'])).code).toBe(2);
    const { code, stderr } = await runInProcess([
      'parity',
      'test/fixtures/reference',
      '--module',
      'nonsense',
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('nonsense')]);
  });
});

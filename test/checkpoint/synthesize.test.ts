import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { synthesizeCheckpoint } from '../../src/checkpoint/synthesize.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-synthesize-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const shapes = new Map<string, readonly number[]>([
  ['query_tokens', [1, 5, 30]],
  ['logit_scale', []],
  ['qllama.model.embed_tokens.weight', [1111, 7]],
  ['qllama.model.norm.weight', [33]],
  ['clip_projector.norm1_q.bias', [19]],
]);
const others = { 'config.json': '{}\n', 'tokenizer.model': Uint8Array.of(1, 2, 3) };

function hashes(path: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(path, name)))
      .digest('hex');
  return Object.fromEntries(readdirSync(path).map((name) => [name, hash(name)]));
}

describe('a synthetic checkpoint on disk', () => {
  test('holds the values of the rule, in one file or in shards', async () => {
    const report = await synthesizeCheckpoint(at('whole'), shapes, others, { seed: 9 });
    expect(report).toMatchObject({ tensors: 5, parameters: 7980, bytes: 15960 });
    expect(report.files).toEqual(['model.safetensors', 'config.json', 'tokenizer.model']);
    const sharded = await synthesizeCheckpoint(at('shards'), shapes, others, {
      seed: 9,
      maxShardBytes: 5000,
    });
    expect(sharded.files.slice(0, 4)).toEqual([
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      'model.safetensors.index.json',
    ]);
    const rule = syntheticWeights(9);
    for (const path of ['whole', 'shards']) {
      const source = await openCheckpoint(at(path));
      for (const [name, shape] of shapes) {
        const { dtype } = source.infos.get(name) ?? expect.unreachable();
        expect(dtype).toBe('BF16');
        expect(toFloat32(await source.read(name), dtype)).toEqual(await rule.read(name, shape));
      }
      await source.close();
    }
  });

  test('a tensor of several pieces is one sequence', async () => {
    const long = new Map([['a.weight', [2 ** 23 + 70_000]]]);
    await synthesizeCheckpoint(at('long'), long, {}, { seed: 1 });
    const source = await openCheckpoint(at('long'));
    const rows = { start: 2 ** 23 - 3, count: 70_003 };
    const made = await syntheticWeights(1).read('a.weight', [2 ** 23 + 70_000], rows);
    expect(toFloat32(await source.read('a.weight', rows), 'BF16')).toEqual(made);
    await source.close();
  });

  test('the same seed gives the same bytes, another seed others', async () => {
    for (const [name, seed] of [
      ['one', 5],
      ['again', 5],
      ['other', 6],
    ] as const)
      await synthesizeCheckpoint(at(name), shapes, others, { seed });
    expect(hashes(at('again'))).toEqual(hashes(at('one')));
    expect(hashes(at('other'))['model.safetensors']).not.toBe(hashes(at('one'))['model.safetensors']);
  });

  test('progress ends at the whole', async () => {
    const seen: number[][] = [];
    await synthesizeCheckpoint(at('progress'), shapes, {}, { seed: 1, onProgress: (...p) => seen.push(p) });
    expect(seen.at(-1)).toEqual([15960, 15960]);
  });
});

describe('what does not become a folder', () => {
  test('an abort leaves nothing behind', async () => {
    const before = readdirSync(folder);
    const stop = new AbortController();
    const options = { seed: 1, signal: stop.signal, onProgress: () => stop.abort() };
    await expect(synthesizeCheckpoint(at('aborted'), shapes, {}, options)).rejects.toThrow('aborted');
    expect(readdirSync(folder)).toEqual(before);
  });

  test('a folder with something in it is not touched', async () => {
    mkdirSync(at('occupied'));
    writeFileSync(at('occupied/mine.txt'), 'mine');
    await expect(synthesizeCheckpoint(at('occupied'), shapes, {}, { seed: 1 })).rejects.toThrow(
      'occupied: expected a new or empty folder, got 1 files in it',
    );
    expect(readdirSync(at('occupied'))).toEqual(['mine.txt']);
  });

  test('what a killed run has left is removed by the next, what another run is writing is not', async () => {
    const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
    const [abandoned, alive] = [`.again-2.${gone}.part`, `.again-2.${process.ppid}.part`];
    for (const name of [abandoned, alive]) mkdirSync(at(name));
    await synthesizeCheckpoint(at('again-2'), shapes, {}, { seed: 1 });
    expect(readdirSync(folder)).not.toContain(abandoned);
    expect(readdirSync(folder)).toContain(alive);
  });

  test('more than the disk has room for is refused before anything is written', async () => {
    const before = readdirSync(folder);
    const huge = new Map([['a.weight', [2 ** 30, 2 ** 20]]]);
    await expect(synthesizeCheckpoint(at('huge'), huge, {}, { seed: 1 })).rejects.toThrow(
      /expected 2251799\.8 GB of free disk, got [\d.]+ GB$/,
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  test.each([-1, 2 ** 32, 0.5, Number.NaN])('seed %d is no 32-bit number', async (seed) => {
    await expect(synthesizeCheckpoint(at('seed'), shapes, {}, { seed })).rejects.toThrow(
      `seed: expected a whole number from 0 to 4294967295, got ${seed}`,
    );
  });
});

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { convertCheckpoint } from '../../src/checkpoint/convert.js';
import type { ConvertProgress } from '../../src/checkpoint/convert-shards.js';
import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { encodeSafetensors, floatTensor } from '../../src/checkpoint/safetensors-bytes.js';

const fixtures = new URL('../fixtures/reference/tiny-14b/', import.meta.url).pathname;
const official = join(fixtures, 'checkpoint');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-convert-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** SHA-256 of the float32 values of each tensor of a checkpoint, by official name. */
async function digests(path: string): Promise<Record<string, string>> {
  const source = await openCheckpoint(path);
  const all: Record<string, string> = {};
  for (const { name, dtype } of source.infos.values()) {
    all[name] = createHash('sha256')
      .update(toFloat32(await source.read(name), dtype))
      .digest('hex');
  }
  await source.close();
  return all;
}

describe('convert', () => {
  test('bf16 → f32 → bf16 in shards gives the same tensors, index and configuration', async () => {
    const wide = join(folder, 'f32');
    const report = await convertCheckpoint(official, wide, { dtype: 'F32' });
    expect(report.files).toEqual(['model.safetensors', 'config.json', 'preprocessor_config.json']);
    expect(JSON.parse(await readFile(join(wide, 'config.json'), 'utf8')).torch_dtype).toBe('float32');
    expect(await digests(wide)).toEqual(await digests(official));

    const narrow = join(folder, 'bf16');
    const sharded = await convertCheckpoint(wide, narrow, { dtype: 'BF16', maxShardBytes: 500_000 });
    expect(sharded.files.slice(0, 5)).toEqual([
      'model-00001-of-00004.safetensors',
      'model-00002-of-00004.safetensors',
      'model-00003-of-00004.safetensors',
      'model-00004-of-00004.safetensors',
      'model.safetensors.index.json',
    ]);
    expect(await digests(narrow)).toEqual(await digests(official));
    const index = JSON.parse(await readFile(join(narrow, 'model.safetensors.index.json'), 'utf8'));
    const original = JSON.parse(await readFile(join(official, 'model.safetensors.index.json'), 'utf8'));
    expect(index.metadata.total_size).toBe(original.metadata.total_size);
    expect(Object.keys(index.weight_map).sort()).toEqual(Object.keys(original.weight_map).sort());
  });

  test('a .pth file gets official names; each tensor keeps its kind by default', async () => {
    const out = join(folder, 'pth');
    const path = join(fixtures, 'checkpoint-pth/internvl_c_13b_224px.pth');
    const report = await convertCheckpoint(path, out);
    expect(report.tensors).toBe(132);
    const [from, to] = [await openCheckpoint(path), await openCheckpoint(out, { names: 'stored' })];
    for (const info of from.infos.values()) {
      expect(to.infos.get(info.name)).toMatchObject({ dtype: info.dtype, shape: info.shape });
      expect(Buffer.compare(await to.read(info.name), await from.read(info.name)), info.name).toBe(0);
    }
    await Promise.all([from.close(), to.close()]);
  });

  test('progress ends at the whole', async () => {
    const seen: ConvertProgress[] = [];
    const report = await convertCheckpoint(official, join(folder, 'progress'), {
      onProgress: (p) => seen.push(p),
    });
    expect(seen).toHaveLength(168);
    expect(seen.at(-1)).toMatchObject({ writtenBytes: report.bytes, totalBytes: report.bytes });
  });

  test('an abort leaves nothing behind', async () => {
    const before = await readdir(folder);
    const stop = new AbortController();
    const onProgress = ({ writtenBytes }: ConvertProgress) => writtenBytes > 900_000 && stop.abort();
    const aborted = convertCheckpoint(official, join(folder, 'aborted'), { signal: stop.signal, onProgress });
    await expect(aborted).rejects.toThrow('aborted');
    expect(await readdir(folder)).toEqual(before);
  });

  test('a folder with something in it is not touched', async () => {
    const occupied = join(folder, 'occupied');
    await mkdir(occupied);
    await writeFile(join(occupied, 'mine.txt'), 'mine');
    await expect(convertCheckpoint(official, occupied)).rejects.toThrow(
      'occupied: expected a new or empty folder',
    );
    expect(await readdir(occupied)).toEqual(['mine.txt']);
    await rm(join(occupied, 'mine.txt'));
    await convertCheckpoint(official, occupied);
    expect(await readdir(occupied)).toContain('model.safetensors');
  });

  test('what f16 cannot hold is refused by name', async () => {
    const large = join(folder, 'large.safetensors');
    await writeFile(large, await encodeSafetensors([floatTensor('w', [2], Float32Array.of(1, 1e5))]));
    const attempt = convertCheckpoint(large, join(folder, 'large'), { dtype: 'F16' });
    await expect(attempt).rejects.toThrow(
      'w: expected values within ±65504 for F16, got 100000: use BF16 or F32',
    );
    expect(await readdir(folder)).not.toContain('large');
  });
});

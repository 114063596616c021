import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { convertCheckpoint } from '../../src/checkpoint/convert.js';
import type { ConvertProgress } from '../../src/checkpoint/convert-shards.js';
import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { fileBytes } from '../../src/checkpoint/file-bytes.js';
import { quantizeRows } from '../../src/checkpoint/int8.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { isQuantizable } from '../../src/checkpoint/quantize.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { encodeSafetensors, floatTensor } from '../../src/checkpoint/safetensors-bytes.js';

const fixtures = new URL('../fixtures/reference/tiny-14b/', import.meta.url).pathname;
const official = join(fixtures, 'checkpoint');
const int8 = { quantize: 'int8' } as const;
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-quantize-'));
  await convertCheckpoint(official, at('int8'), int8);
});
afterAll(() => rm(folder, { recursive: true }));

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

/** SHA-256 of the bytes of each tensor, by name. */
async function digests(path: string): Promise<Map<string, string>> {
  const source = await openCheckpoint(path);
  const all = new Map<string, string>();
  for (const name of source.infos.keys()) {
    all.set(
      name,
      createHash('sha256')
        .update(await source.read(name))
        .digest('hex'),
    );
  }
  await source.close();
  return all;
}

/** Every matrix of linear maps is what `quantizeRows` makes of it whole, everything else is untouched. */
async function expectQuantized(original: string, converted: string): Promise<number> {
  const [from, to] = [await openCheckpoint(original), await openCheckpoint(converted)];
  let matrices = 0;
  for (const info of from.infos.values()) {
    const bytes = await from.read(info.name);
    if (!isQuantizable(info)) {
      expect(to.infos.get(info.name)).toMatchObject({ dtype: info.dtype, shape: info.shape });
      expect(Buffer.compare(await to.read(info.name), bytes), info.name).toBe(0);
      continue;
    }
    const scales = new Float32Array(info.shape[0] ?? 0);
    const matrix = quantizeRows(toFloat32(bytes, info.dtype), scales, () => info.name);
    expect(to.infos.get(info.name)).toMatchObject({ dtype: 'I8', shape: info.shape });
    expect(Buffer.compare(await to.read(info.name), new Uint8Array(matrix.buffer)), info.name).toBe(0);
    const scale = to.infos.get(`${info.name}_scale`);
    expect(scale).toMatchObject({
      dtype: 'F32',
      shape: [scales.length, 1],
      file: to.infos.get(info.name)?.file,
    });
    expect(toFloat32(await to.read(`${info.name}_scale`), 'F32')).toEqual(scales);
    matrices++;
  }
  expect(to.infos.size).toBe(from.infos.size + matrices);
  await Promise.all([from.close(), to.close()]);
  return matrices;
}

test('matrices of linear maps become int8 with scales, everything else stays as it is', async () => {
  expect(await expectQuantized(official, at('int8'))).toBe(5 * 4 + 4 * 7 + 2 * 4 + 2 * 4 + 1);
});

test('configuration and metadata say so', async () => {
  const { quantization_config: stated, ...rest } = await json(at('int8/config.json'));
  expect(rest).toEqual(await json(join(official, 'config.json')));
  expect(stated).toMatchObject({ quant_method: 'compressed-tensors', format: 'int-quantized' });
  expect(stated.config_groups.group_0.weights).toMatchObject({
    num_bits: 8,
    symmetric: true,
    strategy: 'channel',
  });
  expect(stated.ignore).toHaveLength(2 + 7 + 4);
  expect(stated.ignore).toEqual(expect.arrayContaining(['itm_head', 'qllama.model.layers.0.mlp.up_proj']));
  const file = await openSafetensors(await fileBytes(at('int8/model.safetensors')));
  expect(file.metadata).toEqual({ format: 'pt', quantization: expect.stringContaining('X.weight_scale') });
  await file.close();
});

test('scales lie beside their matrix however small the shards are', async () => {
  const report = await convertCheckpoint(official, at('shards'), { ...int8, maxShardBytes: 50_000 });
  expect(report.files.filter((name) => name.endsWith('.safetensors')).length).toBeGreaterThan(15);
  expect(report.quantized).toBe(await expectQuantized(official, at('shards')));
});

test('straight from a .pth file, and with the rest in another kind', async () => {
  const path = join(fixtures, 'checkpoint-pth/internvl_c_13b_224px.pth');
  await convertCheckpoint(path, at('pth'), int8);
  expect(await expectQuantized(path, at('pth'))).toBeGreaterThan(40);

  await convertCheckpoint(official, at('f32'), { dtype: 'F32' });
  await convertCheckpoint(official, at('int8-f32'), { ...int8, dtype: 'F32' });
  await expectQuantized(at('f32'), at('int8-f32'));
  expect((await json(at('int8-f32/config.json'))).torch_dtype).toBe('float32');
});

test('what is int8 stays so bit for bit, copied or quantised again', async () => {
  await convertCheckpoint(at('int8'), at('copied'));
  await convertCheckpoint(at('int8'), at('again'), { ...int8, dtype: 'BF16' });
  const expected = await digests(at('int8'));
  expect(await digests(at('copied'))).toEqual(expected);
  expect(await digests(at('again'))).toEqual(expected);
  expect(await readFile(at('copied/config.json'))).toEqual(await readFile(at('int8/config.json')));
});

test('a dtype alone brings floats back: q · scale, without scales and their description', async () => {
  await convertCheckpoint(at('int8'), at('back'), { dtype: 'F32' });
  const [from, to] = [await openCheckpoint(at('int8')), await openCheckpoint(at('back'))];
  const [expected, got] = [checkpointWeights(from), checkpointWeights(to)];
  const original = await openCheckpoint(official);
  expect([...to.infos.keys()].sort()).toEqual([...original.infos.keys()].sort());
  for (const { name, shape, dtype } of to.infos.values()) {
    expect(dtype).toBe('F32');
    const wanted = await expected.read(name, shape);
    const isSame = (await got.read(name, shape)).every((value, i) => value === wanted[i]);
    expect(isSame, name).toBe(true);
  }
  expect((await json(at('back/config.json'))).quantization_config).toBeUndefined();
  await Promise.all([from, to, original].map((source) => source.close()));
});

test('progress ends at the whole', async () => {
  const seen: ConvertProgress[] = [];
  const report = await convertCheckpoint(official, at('progress'), {
    ...int8,
    onProgress: (p) => seen.push(p),
  });
  expect(seen).toHaveLength(report.tensors);
  expect(seen.at(-1)).toMatchObject({ writtenBytes: report.bytes, totalBytes: report.bytes });
});

test('an abort, and a value that is not finite, leave nothing behind', async () => {
  const before = await readdir(folder);
  const stop = new AbortController();
  const onProgress = ({ writtenBytes }: ConvertProgress) => writtenBytes > 300_000 && stop.abort();
  const aborted = convertCheckpoint(official, at('aborted'), { ...int8, signal: stop.signal, onProgress });
  await expect(aborted).rejects.toThrow('aborted');
  const broken = floatTensor('a.weight', [2, 2], Float32Array.of(1, 2, 3, Number.NaN));
  await writeFile(at('nan.safetensors'), await encodeSafetensors([broken]));
  const refused = convertCheckpoint(at('nan.safetensors'), at('nan'), int8);
  await expect(refused).rejects.toThrow(
    'a.weight, row 1: expected finite values for int8, got NaN or infinity',
  );
  expect((await readdir(folder)).sort()).toEqual([...before, 'nan.safetensors'].sort());
});

test('a matrix is written in bands', { timeout: 20_000 }, async () => {
  const [rows, columns] = [300, 2 ** 15]; // 9.8 million values, three bands
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => ((i * 7919) % 1009) - 504 + (i >> 20),
  );
  await writeFile(
    at('bands.safetensors'),
    await encodeSafetensors([floatTensor('a.weight', [rows, columns], values)]),
  );
  const pieces: number[] = [];
  const onProgress = ({ writtenBytes }: ConvertProgress) => pieces.push(writtenBytes);
  await convertCheckpoint(at('bands.safetensors'), at('bands'), { ...int8, onProgress });
  expect(pieces).toHaveLength(1 + 3);
  expect(await expectQuantized(at('bands.safetensors'), at('bands'))).toBe(1);
});

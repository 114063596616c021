import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import {
  fnv1a32,
  syntheticKey,
  syntheticRange,
  syntheticValues,
  syntheticWeights,
} from '../../src/checkpoint/synthetic-weights.js';
import { elementCount } from '../../src/checkpoint/tensor-source.js';

interface Vector {
  seed: number;
  name: string;
  shape: number[];
  fnv1a32: number;
  key: number;
  scale: number;
  offset: number;
  first: number[];
  last: number[];
  sha256_bf16_le: string;
}
const url = new URL('../fixtures/reference/full-width/synthetic-weights/data.json', import.meta.url);
const { weights, inputs }: { weights: Vector[]; inputs: Vector[] } = JSON.parse(readFileSync(url, 'utf8'));

describe('the rule of synthetic weights', () => {
  test.each([...weights, ...inputs])('$name, seed $seed: key, first and last values', (vector) => {
    const { key, scale, offset, first, last } = vector;
    const count = elementCount(vector.shape);
    expect(fnv1a32(vector.name)).toBe(vector.fnv1a32);
    expect(syntheticKey(vector.name, vector.seed)).toBe(key);
    const values = (start: number, n: number) => [
      ...syntheticValues(key, scale, offset, { start, count: n }),
    ];
    expect(values(0, first.length)).toEqual(first);
    expect(values(count - last.length, last.length)).toEqual(last);
  });

  test.each(weights)(
    '$name: scale and offset follow from name and shape',
    ({ name, shape, scale, offset }) => {
      expect(syntheticRange(name, shape)).toEqual({ scale, offset });
    },
  );

  // The embedding table (205 M values) is left to `internvl parity`.
  const whole = [...weights, ...inputs].filter(({ shape }) => elementCount(shape) < 2e7);
  test.each(whole)('$name, seed $seed: every value', ({ key, scale, offset, shape, sha256_bf16_le }) => {
    const values = syntheticValues(key, scale, offset, { start: 0, count: elementCount(shape) });
    const hash = createHash('sha256').update(fromFloat32(values, 'BF16')).digest('hex');
    expect(hash).toBe(sha256_bf16_le);
  });

  test.each([
    [1, 1],
    [3, 5],
    [257, 255], // one value short of a piece
    [256, 256],
    [513, 129],
  ])('[%d, %d] as bf16, filled straight into memory, are the same values', async (...shape) => {
    const source = syntheticWeights(20231221);
    const name = 'vision_model.encoder.layers.7.mlp.fc1.weight';
    const stored = source.stored?.(name, shape);
    const bytes = new Uint8Array(
      new SharedArrayBuffer(2 * elementCount(shape) + 3),
      1,
      2 * elementCount(shape),
    );
    await stored?.fill(bytes);
    expect(stored?.kind).toBe('BF16');
    expect(Buffer.from(bytes).equals(fromFloat32(await source.read(name, shape), 'BF16'))).toBe(true);
    await expect(stored?.fill(bytes, AbortSignal.abort())).rejects.toThrow('aborted');
  });

  test('rows are the same values as in the whole', async () => {
    const source = syntheticWeights(7);
    const whole = await source.read('qllama.model.embed_tokens.weight', [50, 6]);
    const rows = await source.read('qllama.model.embed_tokens.weight', [50, 6], { start: 13, count: 4 });
    expect(rows).toEqual(whole.slice(13 * 6, 17 * 6));
    expect(source.shapeOf('qllama.model.embed_tokens.weight')).toBeUndefined();
  });
});

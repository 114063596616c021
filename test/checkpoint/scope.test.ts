import { describe, expect, test } from 'vitest';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { elementCount } from '../../src/checkpoint/tensor-source.js';
import { tensorWeight } from '../nn/tensor-weight.js';

/** Tensor values 0, 1, 2 …; names that begin with `no` are absent. */
const counting: FloatSource = {
  shapeOf: (name) => (name.includes('no') ? undefined : [2, 3]),
  async read(name, shape, rows) {
    if (name.includes('absent')) throw new Error(`${name}: expected in memory, got no such tensor`);
    const width = elementCount(shape.slice(1));
    const start = (rows?.start ?? 0) * width;
    const values = new Float32Array(rows ? rows.count * width : elementCount(shape));
    for (let i = 0; i < values.length; i++) values[i] = start + i;
    return values;
  },
};
const scope = new Scope(counting);

describe('Scope', () => {
  test('a linear kernel arrives as [In, Out]', async () => {
    const { weight, bias } = await scope.at('attn').linear('proj', 3, 2);
    expect(weight.shape).toEqual([3, 2]);
    expect([...(await tensorWeight(weight).data())]).toEqual([0, 3, 1, 4, 2, 5]);
    expect(bias?.shape).toEqual([2]);
    weight.dispose();
    bias?.dispose();
  });

  test('a kernel larger than one band is transposed whole', async () => {
    const [Out, In] = [5000, 4000];
    const { weight } = await scope.linear('fc', In, Out, { bias: false });
    const values = await tensorWeight(weight).data();
    for (const [row, column] of [
      [0, 0],
      [4193, 17],
      [4194, 17],
      [4195, 3999],
      [4999, 3999],
    ] as const) {
      expect(values[column * Out + row]).toBe(Math.fround(row * In + column));
    }
    weight.dispose();
  });

  test('rows are read in the order and number asked for', async () => {
    const rows = await scope.rows('embed', [10, 2], [7, 0, 7]);
    expect(rows.shape).toEqual([3, 2]);
    expect([...(await rows.data())]).toEqual([14, 15, 0, 1, 14, 15]);
    rows.dispose();
  });

  test('names are joined with dots; an empty prefix or name adds none', async () => {
    const names: string[] = [];
    const spy = new Scope({ ...counting, shapeOf: (name) => void names.push(name) as undefined });
    spy.shapeOf('a');
    spy.at('a').at('b.0').shapeOf('c');
    spy.at('a').shapeOf('');
    expect(names).toEqual(['a', 'a.b.0.c', 'a']);
  });

  test('nothing is kept when the second of two tensors is absent', async () => {
    const failing = (path: string): FloatSource => ({
      ...counting,
      read: (name, shape, rows) => counting.read(name.endsWith(path) ? `absent.${name}` : name, shape, rows),
    });
    const readLinear = () => new Scope(failing('.weight')).linear('fc', 2, 2);
    await expect(readLinear()).rejects.toThrow('fc.weight');
    await expect(() => readLinear().catch(() => {})).toKeepAsync(0);
    const readNorm = () => new Scope(failing('.bias')).layerNorm('norm', 4).catch(() => {});
    await expect(readNorm).toKeepAsync(0);
  });
});

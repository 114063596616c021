/** `linear` with lent weights of every kind: its twin against its composed form, which decodes them. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Activation } from '../../../src/nn/activations.js';
import { linear } from '../../../src/nn/linear.js';
import { twin, withoutTwins } from '../../../src/nn/twin.js';
import type { LentWeight, WeightKind } from '../../../src/nn/weight.js';
import { Engine } from '../../../src/simd/engine.js';
import { relativeL2 } from '../../nn/relative-l2.js';
import { encoded } from '../gemm-matrices.js';
import { randomFloats } from '../heap-arrays.js';

const kinds = ['F32', 'BF16', 'F16', 'I8'] as const satisfies readonly WeightKind[];
const shape = [37, 301] as const; // odd, and more than one group of k
const [Out, In] = shape;

let engines: Record<'exact' | 'oneThread' | 'fast', Engine>;
beforeAll(async () => {
  const start = Engine.start;
  const [exact, oneThread] = [await start({ threads: 2 }), await start({ threads: 1 })];
  engines = { exact, oneThread, fast: await start({ threads: 2, arithmetic: 'fast' }) };
});
afterAll(async () => {
  for (const engine of Object.values(engines)) await engine.dispose();
});

/** Numbers as a weight of `kind`: int8 has scales of 1/64. */
function lend(engine: Engine, kind: WeightKind, values: Float32Array): Promise<LentWeight> {
  const isInt8 = kind === 'I8';
  return engine.lend(shape, kind, async (bytes) => {
    bytes.set(encoded(isInt8 ? values.map((x) => Math.round(x * 64)) : values, kind));
    const scales = new Uint8Array(new Float32Array(Out).fill(1 / 64).buffer);
    if (isInt8) bytes.set(scales, bytes.byteLength - scales.byteLength);
  });
}

/** act(x·W + b) of `rows` rows, by the twin and in composed form. */
function bothWays(weight: LentWeight, x: Float32Array, activation?: Activation) {
  const input = tf.tensor2d(x, [x.length / In, In]);
  const bias = tf.tensor1d(randomFloats(Out, 9));
  const compute = () => linear({ weight, bias }, input, activation);
  expect(twin('LentLinear')).toBeDefined();
  return { fused: compute(), composed: withoutTwins(compute) };
}

const rowCounts = [1, 2, 4, 5, 31, 273];

describe.each(kinds)('%s', (kind) => {
  test.each<[keyof typeof engines, number]>([
    ['exact', 3e-6],
    ['fast', 2e-3],
  ])('%s: for few rows and many, with an activation or without', async (name, limit) => {
    const weight = await lend(engines[name], kind, randomFloats(Out * In, 1, -1, 1));
    tf.tidy(() => {
      for (const rows of rowCounts) {
        for (const activation of [undefined, 'gelu', 'silu'] as const) {
          const { fused, composed } = bothWays(weight, randomFloats(rows * In, rows), activation);
          expect(relativeL2(fused, composed)).toBeLessThan(limit);
        }
      }
    });
    weight.dispose();
  });

  test('two threads give the same bits as one', async () => {
    const values = randomFloats(Out * In, 2, -1, 1);
    const weights = [await lend(engines.exact, kind, values), await lend(engines.oneThread, kind, values)];
    tf.tidy(() => {
      const x = tf.tensor2d(randomFloats(273 * In, 3), [273, In]);
      const [two, one] = weights.map((weight) => linear({ weight }, x).dataSync());
      expect(two).toEqual(one);
    });
    for (const weight of weights) weight.dispose();
  });

  test.each(['exact', 'fast'] as const)('%s: NaN and ∞ of a row come out in that row alone', async (name) => {
    /** Numbers as 0; in 16-bit integers ∞ has no scale, and becomes NaN. */
    const special = (y: tf.Tensor) =>
      [...y.dataSync()].map((x) => (Number.isFinite(x) ? 0 : name === 'fast' ? Number.NaN : x));
    const weight = await lend(engines[name], kind, randomFloats(Out * In, 1, -1, 1));
    tf.tidy(() => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        for (const rows of [1, 4, 7]) {
          const x = randomFloats(rows * In, 4);
          x[x.length - 5] = value;
          const { fused, composed } = bothWays(weight, x);
          expect(special(fused)).toEqual(special(composed));
        }
      }
    });
    weight.dispose();
  });
});

test.each(['F32', 'BF16', 'F16'] as const)(
  'NaN and ∞ of a weight in %s come out in its column',
  async (kind) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const values = randomFloats(Out * In, 1, -1, 1);
      values[11 * In + 200] = value;
      for (const name of ['exact', 'fast'] as const) {
        const weight = await lend(engines[name], kind, values);
        const { fused, composed } = bothWays(weight, randomFloats(6 * In, 4));
        expect([...fused.dataSync()].map(Number.isFinite)).toEqual(
          [...composed.dataSync()].map(Number.isFinite),
        );
        weight.dispose();
      }
    }
  },
);

test('the gradient of the input is that of the composed form; the weight has none', async () => {
  const weight = await lend(engines.exact, 'BF16', randomFloats(Out * In, 1, -1, 1));
  tf.tidy(() => {
    const x = tf.tensor2d(randomFloats(5 * In, 4), [5, In]);
    const gradient = () => tf.grad((y: tf.Tensor) => linear({ weight }, y, 'gelu'))(x);
    expect(relativeL2(gradient(), withoutTwins(gradient))).toBeLessThan(1e-5);
  });
  weight.dispose();
});

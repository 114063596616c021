import { expect, test } from 'vitest';

import { activation } from '../../src/simd/activations.js';
import { adamW } from '../../src/simd/adamw.js';
import { columnSum } from '../../src/simd/column-sum.js';
import { embeddingBackward } from '../../src/simd/embedding-rows.js';
import { Engine } from '../../src/simd/engine.js';
import { sumOfSquares } from '../../src/simd/gradients.js';
import type { Kernels } from '../../src/simd/kernels.js';
import { layerNormBackward } from '../../src/simd/layer-norm.js';
import { residualBackward } from '../../src/simd/residual.js';
import { rmsNormBackward } from '../../src/simd/rms-norm.js';
import { softmax } from '../../src/simd/softmax.js';
import { floatsAt, randomFloats, withArrays } from './heap-arrays.js';

const [rows, n] = [1500, 130];

/** Results of kernels whose sums or repeated additions could depend on who computes what. */
function results(kernels: Kernels): readonly Float32Array[] {
  const ids = Int32Array.from({ length: rows }, (_, i) => (i * 7919) % 40);
  const inputs = [1, 2].map((seed) => randomFloats(rows * n, seed));
  const sums = Array.from({ length: 5 }, () => new Float32Array(40 * n));
  const moments = [new Float32Array(rows * n), new Float32Array(rows * n)];
  const arrays = [ids, randomFloats(n, 3), ...inputs, ...moments, ...sums];
  return withArrays(kernels, arrays, (pIds, w, x, dy, dx, second, ...[a = 0, b = 0, c = 0, d = 0, e = 0]) => {
    const strides = { xStride: 4 * n, dyStride: 4 * n, dxStride: 4 * n };
    const norm = { x, w, dy, dx, rows, n, epsilon: 1e-6, ...strides };
    rmsNormBackward(kernels, { ...norm, dw: a });
    layerNormBackward(kernels, { ...norm, dw: b, db: b + 4 * n });
    columnSum(kernels, { x: dx, stride: 4 * n, rows, n, sum: c });
    residualBackward(kernels, { branch: x, gamma: w, dy, dBranch: dx, dGamma: d, rows, n });
    softmax(kernels, { x: dx, y: dx, rows, n });
    activation(kernels, { x: dx, y: dx, count: rows * n, kind: 'gelu' });
    embeddingBackward(kernels, { ids: pIds, vocabulary: 40, dy, dTable: e, rows, n });
    const square = sumOfSquares(kernels, dy, rows * n);
    const rates = { learningRate: 0.01, weightDecay: 0.1, betas: [0.9, 0.95], step: 1 } as const;
    const made = [dx, a, b, c, d, e].map((at, i) => floatsAt(kernels, at, i === 0 ? rows * n : 40 * n));
    adamW(kernels, { parameter: x, gradient: dy, first: dx, second, count: rows * n, ...rates });
    return [...made, floatsAt(kernels, x, rows * n), new Float32Array(Float64Array.of(square).buffer)];
  });
}

test('any number of threads gives the same bits', async () => {
  const outcomes: Buffer[] = [];
  for (const threads of [1, 2, 3, 4]) {
    const engine = await Engine.start({ threads });
    await engine.ready();
    const parts = results(engine.kernels).map(({ buffer }) => Buffer.from(buffer));
    outcomes.push(Buffer.concat(parts));
    await engine.dispose();
  }
  const [first = Buffer.alloc(0), ...others] = outcomes;
  expect(first.some((byte) => byte !== 0)).toBe(true);
  expect(others.map((other) => other.equals(first))).toEqual([true, true, true]);
});

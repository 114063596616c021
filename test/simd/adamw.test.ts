import { describe, expect, test } from 'vitest';

import { adamW } from '../../src/simd/adamw.js';
import { sumGradients, sumOfSquares } from '../../src/simd/gradients.js';
import { createAdamW, stepAdamW } from '../../src/train/adamw.js';
import { clipCoefficient, clipGradients, globalNorm } from '../../src/train/clip-gradients.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';

const settings = { learningRate: 1e-3, weightDecay: 0.1, betas: [0.9, 0.95] } as const;
const STEPS = 3;

/** Parameter and moments after some clipped steps of the plain loop. */
function plainSteps(
  parameter: Float32Array,
  gradients: readonly Float32Array[],
  maxNorm: number,
  decays: boolean,
) {
  const state = createAdamW();
  const parameters = new Map([['p', parameter.slice()]]);
  const groups = new Map([['p', { lrScale: 1, decays }]]);
  for (const gradient of gradients) {
    const clipped = new Map([['p', gradient.slice()]]);
    clipGradients(clipped, maxNorm);
    stepAdamW(state, parameters, clipped, groups, settings);
  }
  const { first, second } = state.get('p') ?? { first: parameter, second: parameter };
  return { parameter: parameters.get('p'), first, second };
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  /** The same with the kernel, each step's gradient behind the one before. */
  function steps(
    parameter: Float32Array,
    gradients: readonly Float32Array[],
    maxNorm: number,
    decays: boolean,
  ) {
    const count = parameter.length;
    const zeros = () => new Float32Array(count);
    return withArrays(kernels, [parameter, zeros(), zeros(), ...gradients], (p, first, second, ...places) => {
      places.forEach((gradient, i) => {
        const norm = globalNorm(new Map([['p', gradients[i] ?? zeros()]]));
        const rates = { ...settings, weightDecay: decays ? settings.weightDecay : 0 };
        const job = { parameter: p, gradient, first, second, count, step: i + 1, ...rates };
        adamW(kernels, { ...job, clip: clipCoefficient(norm, maxNorm) });
      });
      const [value, m, v] = [p, first, second].map((at) => floatsAt(kernels, at, count));
      return { parameter: value, first: m, second: v };
    });
  }
  const gradientsOf = (count: number, size: number) =>
    Array.from({ length: STEPS }, (_, i) => randomFloats(count, i + 2, -size, size));

  test('every length has the bits of the plain loop', () => {
    for (const count of [...Array(71).keys(), 4095, 4097, 10_000]) {
      const parameter = randomFloats(count, 1);
      const gradients = gradientsOf(count, 0.3);
      expect(steps(parameter, gradients, 0.5, true)).toEqual(plainSteps(parameter, gradients, 0.5, true));
    }
  });

  test('tiny, huge and unclipped gradients too', () => {
    for (const size of [1e-20, 1e-9, 1, 1e6, 1e15]) {
      for (const [maxNorm, decays] of [
        [1, false],
        [1e30, true],
      ] as const) {
        const [parameter, gradients] = [randomFloats(999, 1), gradientsOf(999, size)];
        expect(steps(parameter, gradients, maxNorm, decays)).toEqual(
          plainSteps(parameter, gradients, maxNorm, decays),
        );
      }
    }
  });

  test('the joint norm is that of the plain loop but for the last digits', () => {
    for (const count of [...Array(71).keys(), 16_383, 16_385, 50_000]) {
      const x = randomFloats(count, count, -1e10, 1e10);
      const sum = withArrays(kernels, [x], (at) => sumOfSquares(kernels, at, count));
      const expected = globalNorm(new Map([['x', x]])) ** 2;
      expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-13 * expected);
    }
  });

  test('a norm that is not finite shows', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (let at = 0; at < 7; at++) {
        const x = randomFloats(7, 1);
        x[at] = bad;
        expect(withArrays(kernels, [x], (p) => sumOfSquares(kernels, p, 7))).toBe(bad);
      }
    }
  });

  test('the gradients of the ranks are added in their order', () => {
    for (const count of [...Array(71).keys(), 16_385]) {
      for (const ranks of [1, 2, 5]) {
        const each = Array.from({ length: ranks }, (_, r) => randomFloats(count, r + 1));
        const sum = withArrays(kernels, each, (...gradients) => {
          sumGradients(kernels, { gradients, sum: gradients[0] ?? 0, count });
          return floatsAt(kernels, gradients[0] ?? 0, count);
        });
        const expected = each.reduce((a, b) => a.map((v, i) => v + (b[i] ?? 0)));
        expect(sum).toEqual(expected);
      }
    }
    expect(() => sumGradients(kernels, { gradients: [], sum: 0, count: 1 })).toThrow(/1 to 48 ranks, got 0/);
  });
});

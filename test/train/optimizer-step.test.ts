import { expect, test } from 'vitest';

import { sharedKernels } from '../../src/simd/shared-kernels.js';
import { createAdamW, stepAdamW } from '../../src/train/adamw.js';
import { clipGradients } from '../../src/train/clip-gradients.js';
import { addGradients, optimizerStep, sharedFloats } from '../../src/train/optimizer-step.js';

const sizes = { 'vision_model.a.weight': 1000, text_projection: 37, logit_scale: 1 };
const groups = new Map(
  Object.keys(sizes).map((name, i) => [name, { lrScale: i === 0 ? 1 : 0.4, decays: i < 2 }] as const),
);
const rates = { learningRate: 1e-2, weightDecay: 0.05, betas: [0.9, 0.98] as const };

const noise = (i: number, seed: number): number => Math.sin(i * 12.9898 + seed * 78.233) * 3;

/** The same values in plain arrays and in the kernels' memory. */
async function both() {
  const kernels = await sharedKernels();
  const fill = (make: (length: number) => Float32Array, seed: number) =>
    new Map(
      Object.entries(sizes).map(([name, length]) => [
        name,
        make(length).map((_, i) => noise(i, seed + length)),
      ]),
    );
  const shared = (length: number) => sharedFloats(kernels, length);
  const place = (values: Map<string, Float32Array>) =>
    new Map(
      [...values].map(([name, array]) => {
        const view = shared(array.length);
        view.set(array);
        return [name, view] as const;
      }),
    );
  const plain = (length: number) => new Float32Array(length);
  const parameters = fill(plain, 1);
  const gradients = fill(plain, 2);
  return {
    kernels,
    plain: { parameters, gradients },
    shared: { parameters: place(parameters), gradients: place(gradients) },
  };
}

test.each([0.5, 1e6])('three steps clipped at %d are those of AdamW on plain arrays', async (clipNorm) => {
  const { kernels, plain, shared } = await both();
  const [plainState, sharedState] = [createAdamW(), createAdamW()];
  for (let step = 0; step < 3; step++) {
    const norm = optimizerStep({ kernels, ...shared }, sharedState, groups, { ...rates, clipNorm });
    const gradients = new Map([...plain.gradients].map(([name, values]) => [name, values.slice()]));
    expect(norm).toBeCloseTo(clipGradients(gradients, clipNorm), 6);
    stepAdamW(plainState, plain.parameters, gradients, groups, rates);
    for (const [name, values] of plain.parameters) {
      const moved = shared.parameters.get(name) ?? [];
      values.forEach((value, i) => {
        expect(moved[i]).toBeCloseTo(value, 6);
      });
    }
  }
  expect([...sharedState.values()].map(({ step }) => step)).toEqual([3, 3, 3]);
});

test('a state that was saved goes on as if it had never been', async () => {
  const settings = { ...rates, clipNorm: 1 };
  const whole = await both();
  const state = createAdamW();
  for (let step = 0; step < 4; step++)
    optimizerStep({ kernels: whole.kernels, ...whole.shared }, state, groups, settings);

  const halves = await both();
  const first = createAdamW();
  for (let step = 0; step < 2; step++)
    optimizerStep({ kernels: halves.kernels, ...halves.shared }, first, groups, settings);
  const saved = createAdamW();
  for (const [name, moments] of first)
    saved.set(name, { step: moments.step, first: moments.first.slice(), second: moments.second.slice() });
  const later = await both();
  for (const [name, values] of halves.shared.parameters) later.shared.parameters.get(name)?.set(values);
  for (let step = 0; step < 2; step++)
    optimizerStep({ kernels: later.kernels, ...later.shared }, saved, groups, settings);
  expect([...later.shared.parameters.values()].map((values) => [...values])).toEqual(
    [...whole.shared.parameters.values()].map((values) => [...values]),
  );
});

test('gradients that are not finite change nothing and are named', async () => {
  const { kernels, plain, shared } = await both();
  shared.gradients.get('text_projection')?.set([Number.NaN], 5);
  const step = () => optimizerStep({ kernels, ...shared }, createAdamW(), groups, { ...rates, clipNorm: 1 });
  expect(step).toThrow('expected finite gradients, got a norm of NaN (first at text_projection)');
  expect([...shared.parameters.values()].map((values) => [...values])).toEqual(
    [...plain.parameters.values()].map((values) => [...values]),
  );
});

test('the gradients of all ranks are added to the first', async () => {
  const kernels = await sharedKernels();
  const ranks = [1, 2, 3].map((rank) => sharedFloats(kernels, 100).fill(rank));
  addGradients(kernels, ranks);
  expect([...new Set(ranks[0])]).toEqual([6]);
  expect([...new Set(ranks[2])]).toEqual([3]);
});

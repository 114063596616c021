import { describe, expect, test } from 'vitest';

import { createAdamW, stepAdamW } from '../../src/train/adamw.js';
import { clipCoefficient } from '../../src/train/clip-gradients.js';
import { readJson, readTensors, relativeL2 } from './reference-case.js';

interface StepsManifest {
  readonly params: { betas: [number, number]; eps: number; weight_decay: number; lr_per_step: number[] };
}

test('five steps equal PyTorch: parameters and both moments', async () => {
  const { params } = await readJson<StepsManifest>('tiny-14b/adamw-steps', 'manifest.json');
  const tensors = await readTensors('tiny-14b/adamw-steps');
  const parameter = Float32Array.from(tensors.get('in.param') ?? []);
  const state = createAdamW();
  params.lr_per_step.forEach((learningRate, i) => {
    const gradients = new Map([['p', tensors.get(`in.grad.${i}`) ?? new Float32Array()]]);
    stepAdamW(state, new Map([['p', parameter]]), gradients, new Map([['p', { lrScale: 1, decays: true }]]), {
      learningRate,
      betas: params.betas,
      eps: params.eps,
      weightDecay: params.weight_decay,
    });
    expect(relativeL2(parameter, tensors.get(`out.param.${i}`))).toBeLessThan(1e-6);
  });
  const moments = state.get('p');
  expect(moments?.step).toBe(5);
  expect(relativeL2(moments?.first ?? parameter, tensors.get('out.exp_avg'))).toBeLessThan(1e-6);
  expect(relativeL2(moments?.second ?? parameter, tensors.get('out.exp_avg_sq'))).toBeLessThan(1e-6);
});

interface OneStepManifest {
  readonly params: {
    readonly lr: number;
    readonly betas: [number, number];
    readonly eps: number;
    readonly weight_decay: number;
    readonly max_grad_norm: number;
    readonly clip_coefficient: number;
    readonly global_grad_norm: number;
    readonly groups: Record<string, [number, boolean]>;
  };
}

test('a clipped step with layer-wise rates equals the official fine-tuning', async () => {
  const { params } = await readJson<OneStepManifest>('tiny-14b/adamw-retrieval', 'manifest.json');
  const tensors = await readTensors('tiny-14b/adamw-retrieval');
  const coefficient = clipCoefficient(params.global_grad_norm, params.max_grad_norm);
  expect(coefficient).toBeCloseTo(params.clip_coefficient, 12);

  const named = (prefix: string) =>
    new Map(
      [...tensors].filter(([key]) => key.startsWith(prefix)).map(([key, x]) => [key.slice(prefix.length), x]),
    );
  const gradients = new Map([...named('in.grad.')].map(([name, x]) => [name, x.map((g) => g * coefficient)]));
  const groups = new Map(
    Object.entries(params.groups).map(([name, [lrScale, decays]]) => [name, { lrScale, decays }]),
  );
  const settings = {
    learningRate: params.lr,
    betas: params.betas,
    eps: params.eps,
    weightDecay: params.weight_decay,
  };
  const before = named('in.param.');
  const single = new Map([...before].map(([name, x]) => [name, Float32Array.from(x)]));
  const double = new Map([...before].map(([name, x]) => [name, Float64Array.from(x)]));
  stepAdamW(createAdamW(), single, gradients, groups, settings);
  stepAdamW(createAdamW(), double, gradients, groups, settings);

  expect(before.size).toBe(8);
  for (const [name, old] of before) {
    const delta = old.map((value, i) => (double.get(name)?.[i] ?? Number.NaN) - value);
    expect(relativeL2(single.get(name) ?? old, tensors.get(`out.new.${name}`)), name).toBeLessThan(1e-6);
    expect(relativeL2(delta, tensors.get(`out.delta.${name}`)), name).toBeLessThan(1e-5);
  }
});

describe('a step', () => {
  const settings = { learningRate: 0.1, betas: [0.9, 0.99], weightDecay: 0.5 } as const;
  const groups = new Map([
    ['a', { lrScale: 1, decays: true }],
    ['b', { lrScale: 0.5, decays: false }],
  ]);
  // biome-ignore format: one line
  const two = () => new Map([['a', Float32Array.of(1)], ['b', Float32Array.of(1)]]);

  test('moves each parameter by the rate of its group at first, whatever the gradient', () => {
    const parameters = two();
    // biome-ignore format: one line
    const gradients = new Map([['a', Float32Array.of(1e3)], ['b', Float32Array.of(-1e-3)]]);
    stepAdamW(createAdamW(), parameters, gradients, groups, settings);
    expect(parameters.get('a')?.[0]).toBeCloseTo(1 - 0.1 * 0.5 - 0.1, 5);
    expect(parameters.get('b')?.[0]).toBeCloseTo(1 + 0.05, 5);
  });

  test('leaves a parameter without gradient alone', () => {
    const parameters = two();
    const state = createAdamW();
    stepAdamW(state, parameters, new Map([['b', Float32Array.of(1)]]), groups, settings);
    expect(parameters.get('a')?.[0]).toBe(1);
    expect([...state.keys()]).toEqual(['b']);
  });

  test.each([
    ['a gradient without parameter', 'c', 1, 'c: expected a parameter for this gradient, got none'],
    ['a gradient of another size', 'b', 2, 'b: expected a gradient of 1 values, got 2'],
  ])('changes nothing on %s', (_what, name, size, message) => {
    const parameters = two();
    // biome-ignore format: one line
    const gradients = new Map([['a', Float32Array.of(1)], [name, new Float32Array(size)]]);
    expect(() => stepAdamW(createAdamW(), parameters, gradients, groups, settings)).toThrow(message);
    expect(parameters.get('a')?.[0]).toBe(1);
  });
});

import { expect, test } from 'vitest';

import { createSgd, stepSgd } from '../../src/train/sgd.js';
import { readJson, readTensors, relativeL2 } from './reference-case.js';

interface Manifest {
  readonly params: { momentum: number; nesterov: boolean; weight_decay: number; lr_per_step: number[] };
}

test('five Nesterov steps equal PyTorch: parameters and momentum', async () => {
  const { params } = await readJson<Manifest>('tiny-14b/sgd-nesterov-steps', 'manifest.json');
  const tensors = await readTensors('tiny-14b/sgd-nesterov-steps');
  const parameter = Float32Array.from(tensors.get('in.param') ?? []);
  const state = createSgd();
  params.lr_per_step.forEach((learningRate, i) => {
    const gradients = new Map([['p', tensors.get(`in.grad.${i}`) ?? new Float32Array()]]);
    stepSgd(state, new Map([['p', parameter]]), gradients, new Map([['p', { lrScale: 1, decays: true }]]), {
      learningRate,
      momentum: params.momentum,
      nesterov: params.nesterov,
      weightDecay: params.weight_decay,
    });
    expect(relativeL2(parameter, tensors.get(`out.param.${i}`))).toBeLessThan(1e-6);
  });
  expect(relativeL2(state.get('p') ?? parameter, tensors.get('out.momentum_buffer'))).toBeLessThan(1e-6);
});

test('without Nesterov the step is the momentum itself, and decay pulls toward zero', () => {
  const parameters = new Map([['p', Float32Array.of(2)]]);
  const groups = new Map([['p', { lrScale: 1, decays: true }]]);
  const settings = { learningRate: 0.5, momentum: 0.5, nesterov: false, weightDecay: 0.1 };
  const state = createSgd();
  stepSgd(state, parameters, new Map([['p', Float32Array.of(1)]]), groups, settings);
  expect(parameters.get('p')?.[0]).toBeCloseTo(2 - 0.5 * 1.2, 6);
  stepSgd(state, parameters, new Map([['p', Float32Array.of(0)]]), groups, settings);
  expect(parameters.get('p')?.[0]).toBeCloseTo(1.4 - 0.5 * (0.5 * 1.2 + 0.14), 6);
});

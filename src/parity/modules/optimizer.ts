/**
 * Modules `optimizer.adamw` and `optimizer.sgd`: parameters after steps on stored gradients.
 *
 * A case is either some steps of one parameter (`param`, `grad.0`, `grad.1`, …) or one step of several
 * parameters (`param.<name>`, `grad.<name>`) with their groups and the clipping of the joint norm.
 */
import * as v from 'valibot';

import { type AdamWState, createAdamW, stepAdamW } from '../../train/adamw.js';
import type { ParameterGroups } from '../../train/parameter-groups.js';
import { createSgd, stepSgd } from '../../train/sgd.js';
import type { Values } from '../compare.js';
import { numberParam, numbersParam, param } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import type { ModuleRunner, Produced } from '../runner.js';

type Arrays = Map<string, Float32Array>;
/** One step, in place, at this learning rate. */
type Step = (parameters: Arrays, gradients: Arrays, groups: ParameterGroups, learningRate: number) => void;

export const adamWRunner: ModuleRunner = {
  params: [
    ...['betas', 'eps', 'weight_decay', 'lr_per_step', 'lr', 'groups'],
    ...['max_grad_norm', 'clip_coefficient', 'global_grad_norm'],
  ],
  async run(parityCase) {
    const [beta1 = 0, beta2 = 0] = numbersParam(parityCase, 'betas');
    const fixed = {
      betas: [beta1, beta2] as const,
      eps: numberParam(parityCase, 'eps'),
      weightDecay: numberParam(parityCase, 'weight_decay'),
    };
    const stepOn =
      (state: AdamWState): Step =>
      (parameters, gradients, groups, learningRate) =>
        stepAdamW(state, parameters, gradients, groups, { ...fixed, learningRate });
    if (parityCase.manifest.params.groups !== undefined)
      return oneStep(parityCase, () => stepOn(createAdamW()));
    const state = createAdamW();
    const { values, shape } = await severalSteps(parityCase, stepOn(state));
    const moments = state.get('param');
    if (moments) {
      values.set('exp_avg', { shape, data: moments.first });
      values.set('exp_avg_sq', { shape, data: moments.second });
    }
    return { values };
  },
};

export const sgdRunner: ModuleRunner = {
  params: ['momentum', 'nesterov', 'weight_decay', 'lr_per_step'],
  async run(parityCase) {
    const state = createSgd();
    const fixed = {
      momentum: numberParam(parityCase, 'momentum'),
      nesterov: parityCase.manifest.params.nesterov === true,
      weightDecay: numberParam(parityCase, 'weight_decay'),
    };
    const { values, shape } = await severalSteps(parityCase, (parameters, gradients, groups, learningRate) =>
      stepSgd(state, parameters, gradients, groups, { ...fixed, learningRate }),
    );
    const buffer = state.get('param');
    if (buffer) values.set('momentum_buffer', { shape, data: buffer });
    return { values };
  },
};

/** Steps on `grad.0`, `grad.1`, …; `param.i` is the parameter after step i. */
async function severalSteps(parityCase: ParityCase, step: Step) {
  const start = await parityCase.input('param');
  const parameter = Float32Array.from(start.data);
  const groups: ParameterGroups = new Map([['param', { lrScale: 1, decays: true }]]);
  const values = new Map<string, Values>();
  for (const [i, learningRate] of numbersParam(parityCase, 'lr_per_step').entries()) {
    const gradient = Float32Array.from((await parityCase.input(`grad.${i}`)).data);
    step(new Map([['param', parameter]]), new Map([['param', gradient]]), groups, learningRate);
    values.set(`param.${i}`, { shape: start.shape, data: parameter.slice() });
  }
  return { values, shape: start.shape };
}

const groupsSchema = v.record(v.string(), v.tuple([v.number(), v.boolean()])); // lr scale, decays

/**
 * One step of all listed parameters. `delta` is the change itself: it is taken from the same step in float64,
 * because a change below the last bit of a float32 parameter cannot be read off the parameter. The stored
 * gradients are a part of the model's: the joint norm, and so the clipping, comes from the case.
 */
async function oneStep(parityCase: ParityCase, newStep: () => Step): Promise<Produced> {
  const listed = Object.entries(param(parityCase, 'groups', groupsSchema));
  const groups = new Map(listed.map(([name, [lrScale, decays]]) => [name, { lrScale, decays }]));
  const learningRate = numberParam(parityCase, 'lr');
  const clip = numberParam(parityCase, 'clip_coefficient');
  const values = new Map<string, Values>();
  for (const name of groups.keys()) {
    const { shape, data } = await parityCase.input(`param.${name}`);
    const gradient = await parityCase.input(`grad.${name}`);
    const gradients = new Map([[name, Float32Array.from(gradient.data, (g) => g * clip)]]);
    const single = Float32Array.from(data);
    newStep()(new Map([[name, single]]), gradients, groups, learningRate);
    values.set(`new.${name}`, { shape, data: single });
    const double = Float64Array.from(data);
    // The step reads and writes elements only, so it runs on float64 as well.
    newStep()(new Map([[name, double as unknown as Float32Array]]), gradients, groups, learningRate);
    values.set(`delta.${name}`, { shape, data: double.map((value, i) => value - (data[i] as number)) });
  }
  return { values };
}

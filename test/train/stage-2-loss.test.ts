/** The three losses of stage 2: known values, gradients, and the rows that do not count. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { withoutTwins } from '../../src/nn/twin.js';
import type { TrainingSample } from '../../src/text/training-sample.js';
import { imageStates } from '../../src/train/contrastive-forward.js';
import { type Stage2Losses, stage2Losses, stage2Outputs } from '../../src/train/stage-2-loss.js';
import { type TrainableInternVLG, trainableInternVLG } from '../../src/train/trainable.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { derivativeError, gradientsOf } from './directional-derivative.js';
import { goldenBatchPixels, goldenSamples } from './golden-samples.js';
import {
  samplesOf,
  tinyConfig,
  tinyImage,
  tinyPrefixes,
  tinySamples,
  tinyTrainable,
} from './tiny-stage-2.js';

let tiny: TrainableInternVLG;
let image: tf.Tensor;
beforeAll(async () => {
  tiny = await tinyTrainable();
  image = tinyImage(tiny);
});

/** The losses of as many pictures as there are samples. */
function lossesOf(samples: readonly TrainingSample[], config = tinyConfig): Stage2Losses {
  return tf.tidy(() => {
    const rows = tf.slice(image, 0, samples.length);
    return stage2Losses(config, tiny, stage2Outputs(config, tiny, rows, samples), samples);
  });
}

const total = (): tf.Scalar => tf.tidy(() => lossesOf(tinySamples).total);

test.each(['twins', 'composed'])('the losses of the official code for the golden model: %s', async (form) => {
  const golden = await trainableInternVLG(goldenWeights, goldenConfig);
  const run = () => {
    const tokens = imageStates(goldenConfig, golden, goldenBatchPixels());
    const outputs = stage2Outputs(goldenConfig, golden, tokens, goldenSamples);
    return stage2Losses(goldenConfig, golden, outputs, goldenSamples);
  };
  const losses = form === 'twins' ? run() : withoutTwins(run);
  expect(losses.matching.arraySync()).toBeCloseTo(0.823877, 5);
  expect(losses.contrastive.arraySync()).toBeCloseTo(2.627211, 5);
  expect(losses.generation.arraySync()).toBeCloseTo(3.858111, 5);
  expect(losses.total.arraySync()).toBeCloseTo(7.309199, 5);
  for (const { variable } of golden.parameters.values()) variable.dispose();
});

describe('gradients', () => {
  test.each([
    'query_tokens',
    'qllama.model.layers.0.cross_attn.k_proj.weight',
    'qllama.model.layers.2.cross_attn.norm2.weight',
    'qllama.model.layers.1.self_attn.v_proj.weight',
    'qllama.model.embed_tokens.weight',
    'qllama.model.norm.weight',
    'qllama.lm_head.weight',
    'clip_projector2.cross_attn.v.weight',
    'text_projection',
    'itm_head.weight',
    'logit_scale',
  ])('%s: differences of the loss', (name) => {
    const parameter = tiny.parameters.get(name);
    const gradient = gradientsOf(tiny.parameters, total).get(name);
    if (!parameter || !gradient) throw new Error('expected a parameter that takes part');
    expect(derivativeError(parameter, gradient, total)).toBeLessThan(5e-3);
  });

  test('the first pool and, its tokens being given, InternViT take no part', () => {
    const names = [...gradientsOf(tiny.parameters, total).keys()];
    const absent = [...tiny.parameters.keys()].filter((name) => !names.includes(name));
    expect(absent.every((name) => /^(vision_model|clip_projector)\./.test(name))).toBe(true);
    expect(names.some((name) => /^(vision_model|clip_projector)\./.test(name))).toBe(false);
  });

  test('composed forms give the same', () => {
    const twins = gradientsOf(tiny.parameters, total);
    const composed = withoutTwins(() => gradientsOf(tiny.parameters, total));
    expect([...composed.keys()]).toEqual([...twins.keys()]);
    for (const [name, gradient] of twins) {
      const difference = gradient.map((g, i) => g - (composed.get(name)?.[i] ?? Number.NaN));
      const rounding = 2e-6; // of sums that nearly or, as by a bias of keys, wholly cancel
      expect(Math.hypot(...difference), name).toBeLessThan(1e-5 * Math.hypot(...gradient) + rounding);
    }
  });

  test('frozen parameters get none', () => {
    const heads = new Map([...tiny.parameters].filter(([name]) => name.startsWith('itm_head')));
    expect([...gradientsOf(heads, total).keys()]).toEqual(['itm_head.bias', 'itm_head.weight']);
  });
});

describe('rows', () => {
  const captions = [
    [1, 20, 21, 2],
    [1, 2],
    [1, 24, 2],
  ]; // the second is empty
  const samples = samplesOf(captions, tinyPrefixes);
  const [a, b, c] = samples as [TrainingSample, TrainingSample, TrainingSample];

  test('the first B − ⌊B/2⌋ images are matched with the wrong caption', () => {
    const matchingOf = (batch: TrainingSample[]) => lossesOf(batch).matching.arraySync();
    const unused = [{ ...a, positive: c.positive }, b, { ...c, negative: a.positive }];
    expect(matchingOf(unused)).toBe(matchingOf(samples));
    expect(matchingOf([a, b, { ...c, positive: a.positive }])).not.toBe(matchingOf(samples));
    expect(matchingOf([a, { ...b, negative: a.positive }, c])).not.toBe(matchingOf(samples));
  });

  test('a batch of one is matched with the wrong caption; rows of empty captions are not matched', () => {
    const empty = b.positive;
    const first = { ...a, negative: c.positive };
    const alone = lossesOf([first]);
    const others = [
      { ...a, negative: empty },
      { ...c, positive: empty },
    ];
    expect(lossesOf([first, ...others]).matching.arraySync()).toBeCloseTo(alone.matching.arraySync(), 6);
    expect(() => lossesOf([{ ...a, negative: empty }])).toThrow('expected a label that is not ignored');
  });

  test('smoothing is that of the configuration, and of the contrastive loss alone', () => {
    const [sharp, smooth] = [lossesOf(samples), lossesOf(samples, { ...tinyConfig, labelSmoothing: 0.1 })];
    expect(smooth.matching.arraySync()).toBe(sharp.matching.arraySync());
    expect(smooth.generation.arraySync()).toBe(sharp.generation.arraySync());
    expect(smooth.contrastive.arraySync()).not.toBe(sharp.contrastive.arraySync());
  });
});

test('forward and losses keep the losses alone, a step with gradients nothing', () => {
  expect(() => lossesOf(tinySamples)).toKeep(4);
  expect(() => gradientsOf(tiny.parameters, total)).toKeep(0);
});

/** The losses of retrieval fine-tuning: known values, gradients, and what they do not share with stage 2. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { withoutTwins } from '../../src/nn/twin.js';
import { imageEmbeddings, imageStates } from '../../src/train/contrastive-forward.js';
import {
  type RetrievalLosses,
  type RetrievalSample,
  retrievalLosses,
  retrievalOutputs,
} from '../../src/train/retrieval-loss.js';
import { type TrainableInternVLG, trainableInternVLG } from '../../src/train/trainable.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { derivativeError, gradientsOf } from './directional-derivative.js';
import { goldenBatchPixels, goldenSamples } from './golden-samples.js';
import { tinyConfig, tinyImage, tinyPixels, tinySamples, tinyTrainable } from './tiny-stage-2.js';

const withIds = (samples: typeof tinySamples, imageIds: readonly number[]): RetrievalSample[] =>
  samples.map((sample, i) => ({ ...sample, imageId: imageIds[i] ?? -1 }));

let tiny: TrainableInternVLG;
let image: tf.Tensor;
beforeAll(async () => {
  tiny = await tinyTrainable();
  image = tinyImage(tiny);
});

function lossesOf(samples: readonly RetrievalSample[], config = tinyConfig): RetrievalLosses {
  return tf.tidy(() => retrievalLosses(tiny.model, retrievalOutputs(config, tiny, image, samples), samples));
}

const samples = withIds(tinySamples, [4, 4, 1]);
const total = (): tf.Scalar => tf.tidy(() => lossesOf(samples).total);

test.each(['twins', 'composed'])('the losses of the official code for the golden model: %s', async (form) => {
  const golden = await trainableInternVLG(goldenWeights, goldenConfig);
  const batch = withIds(goldenSamples, [5, 9, 5]);
  const run = () => {
    const tokens = imageStates(goldenConfig, golden, goldenBatchPixels());
    return retrievalLosses(golden.model, retrievalOutputs(goldenConfig, golden, tokens, batch), batch);
  };
  const losses = form === 'twins' ? run() : withoutTwins(run);
  expect(losses.matching.arraySync()).toBeCloseTo(0.708999, 5);
  expect(losses.contrastive.arraySync()).toBeCloseTo(5.886019, 5);
  expect(losses.total.arraySync()).toBeCloseTo(6.595018, 5);
  for (const { variable } of golden.parameters.values()) variable.dispose();
});

describe('gradients', () => {
  test.each([
    'query_tokens',
    'qllama.model.layers.2.cross_attn.v_proj.weight',
    'clip_projector.cross_attn.v.weight',
    'clip_projector2.cross_attn.proj.weight',
    'itm_head.weight',
    'logit_scale',
  ])('%s: differences of the loss', (name) => {
    const parameter = tiny.parameters.get(name);
    const gradient = gradientsOf(tiny.parameters, total).get(name);
    if (!parameter || !gradient) throw new Error('expected a parameter that takes part');
    expect(derivativeError(parameter, gradient, total)).toBeLessThan(5e-3);
  });

  test('the language head takes no part', () => {
    expect(gradientsOf(tiny.parameters, total).has('qllama.lm_head.weight')).toBe(false);
  });
});

test('InternViT is trained on the embedding of InternVL-C', () => {
  const { backbone } = retrievalOutputs(tinyConfig, tiny, image, samples);
  expect(relativeL2(backbone, imageEmbeddings(tinyConfig, tiny, tinyPixels()))).toBeLessThan(1e-6);
});

test('every image is matched with both of its captions, the wrong ones first', () => {
  const { matching } = retrievalOutputs(tinyConfig, tiny, image, samples);
  const swapped = samples.map((sample) => ({
    ...sample,
    positive: sample.negative,
    negative: sample.positive,
  }));
  const reversed = retrievalOutputs(tinyConfig, tiny, image, swapped).matching;
  const [others, own] = tf.split(matching as tf.Tensor, 2) as [tf.Tensor, tf.Tensor];
  expect(relativeL2(tf.concat([own, others]), reversed as tf.Tensor)).toBeLessThan(1e-6);
});

test('captions of one image are no negatives of each other, and labels are not smoothed', () => {
  const apart = lossesOf(withIds(tinySamples, [1, 2, 3])).contrastive.arraySync();
  expect(lossesOf(samples).contrastive.arraySync()).not.toBeCloseTo(apart, 3);
  const smooth = lossesOf(samples, { ...tinyConfig, labelSmoothing: 0.1 });
  expect(smooth.total.arraySync()).toBe(lossesOf(samples).total.arraySync());
});

test('forward and losses keep the losses alone, a step with gradients nothing', () => {
  expect(() => lossesOf(samples)).toKeep(3);
  expect(() => gradientsOf(tiny.parameters, total)).toKeep(0);
});

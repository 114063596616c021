/** Stage 1 on the reference batch: the loss, and the gradient by every parameter, as PyTorch gives them. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import type { TensorSource } from '../../src/checkpoint/tensor-source.js';
import { transpose } from '../../src/checkpoint/transpose.js';
import type { InternVLConfig } from '../../src/contrastive/config.js';
import { readConfig } from '../../src/contrastive/read-config.js';
import { globalNorm } from '../../src/train/clip-gradients.js';
import { imageEmbeddings, textEmbeddings } from '../../src/train/contrastive-forward.js';
import { contrastiveLoss } from '../../src/train/contrastive-loss.js';
import { type TrainableInternVLC, trainableInternVLC } from '../../src/train/trainable.js';
import { readJson, readTensors, referenceRoot, relativeL2 } from './reference-case.js';

const CASE = 'tiny-14b/loss-stage1';
const TOLERANCE = 2e-4; // of the case
const NOISE = 1e-6; // a bias of keys has no effect: its gradient is rounding alone

let checkpoint: TensorSource;
let config: InternVLConfig;
let trainable: TrainableInternVLC;
let stored: Map<string, Float32Array>;
let pixels: tf.Tensor;
let ids: tf.Tensor;

beforeAll(async () => {
  const folder = join(referenceRoot, 'tiny-14b/checkpoint');
  checkpoint = await openCheckpoint(folder);
  config = await readConfig(diskFolder(folder), checkpoint);
  trainable = await trainableInternVLC(checkpointWeights(checkpoint), config);
  stored = await readTensors(CASE);
  const inputs = await openCheckpoint(join(referenceRoot, CASE, 'tensors.safetensors'), { names: 'stored' });
  const shapeOf = (name: string): number[] => [...(inputs.infos.get(name)?.shape ?? [])];
  const picture = tf.tensor(stored.get('in.pixel_values') ?? [], shapeOf('in.pixel_values'));
  pixels = tf.transpose(picture, [0, 2, 3, 1]);
  ids = tf.tensor(
    new Int32Array((await inputs.read('in.input_ids')).buffer),
    shapeOf('in.input_ids'),
    'int32',
  );
  await inputs.close();
});

afterAll(() => checkpoint.close());

function gradients(): { loss: number; byName: Map<string, Float32Array> } {
  const variables = [...trainable.parameters.values()].map(({ variable }) => variable);
  const { value, grads } = tf.variableGrads(() => {
    const [images, texts] = [
      imageEmbeddings(config, trainable, pixels),
      textEmbeddings(config, trainable, ids),
    ];
    return contrastiveLoss(images, texts, trainable.model.logitScale);
  }, variables);
  const byName = new Map<string, Float32Array>();
  for (const [name, { origin, variable }] of trainable.parameters) {
    const gradient = grads[variable.name];
    if (gradient === undefined) continue;
    const [In = 1, Out = 1] = gradient.shape;
    const values = gradient.dataSync<'float32'>();
    byName.set(name, origin.transposed ? transpose(values, In, Out) : values);
  }
  const loss = value.dataSync<'float32'>()[0] ?? Number.NaN;
  tf.dispose([value, grads]);
  return { loss, byName };
}

test('the loss equals the reference', () => {
  expect(relativeL2(Float32Array.of(gradients().loss), stored.get('out.loss'))).toBeLessThan(TOLERANCE);
});

test('every stored gradient equals the reference', () => {
  const { byName } = gradients();
  const names = [...stored.keys()].filter((key) => key.startsWith('out.grad.'));
  expect(names).toHaveLength(14);
  for (const key of names) {
    const gradient = byName.get(key.slice('out.grad.'.length));
    expect(gradient && relativeL2(gradient, stored.get(key)), key).toBeLessThan(TOLERANCE);
  }
});

test('the norm of every gradient equals the reference, those that took no part being 0', async () => {
  const { byName } = gradients();
  const { params } = await readJson<{ params: { gradient_norm_names: string[] } }>(CASE, 'manifest.json');
  const norms = params.gradient_norm_names.map((name) =>
    globalNorm(new Map([[name, byName.get(name) ?? new Float32Array()]])),
  );
  const expected = stored.get('out.gradient_norms') ?? new Float32Array();
  expected.forEach((norm, i) => {
    const name = params.gradient_norm_names[i] ?? '';
    expect(Math.abs((norms[i] ?? Number.NaN) - norm), name).toBeLessThanOrEqual(TOLERANCE * norm + NOISE);
  });
  expect(relativeL2(Float32Array.of(globalNorm(byName)), stored.get('out.total_gradient_norm'))).toBeLessThan(
    TOLERANCE,
  );
});

test('a step of forward and backward keeps nothing', () => {
  expect(() => gradients()).toKeep(0);
});

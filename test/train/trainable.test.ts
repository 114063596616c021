import { expect, test } from 'vitest';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { disposeTree } from '../../src/nn/tree.js';
import { trainableInternVLC, trainableInternVLG } from '../../src/train/trainable.js';
import { goldenConfig, goldenNames, goldenShapes, goldenWeights } from '../contrastive/golden-model.js';

/** The source, whose tensors arrive after times that have nothing to do with their order. */
function late(source: FloatSource): FloatSource {
  let reads = 0;
  return {
    ...source,
    async read(...request) {
      const milliseconds = (reads++ * 7) % 5;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return source.read(...request);
    },
  };
}

test('parameters are listed in the order of the model, whenever they arrive: resume points depend on it', async () => {
  const namesOf = async (source: FloatSource) => {
    const { model, parameters } = await trainableInternVLC(source, goldenConfig);
    disposeTree(model);
    return [...parameters.keys()];
  };
  const names = await namesOf(late(goldenWeights));
  expect(names).toEqual(await namesOf(goldenWeights));
  expect(names.slice(0, 5).map((name) => name.replace('vision_model.', ''))).toEqual([
    'embeddings.class_embedding',
    'embeddings.position_embedding',
    'embeddings.patch_embedding.bias',
    'embeddings.patch_embedding.weight',
    'encoder.layers.0.norm1.weight',
  ]);
  const blocks = names.flatMap((name) => /encoder\.layers\.(\d+)/.exec(name)?.[1] ?? []);
  expect(blocks).toEqual([...blocks].sort());
  expect(names.slice(-2)).toEqual(['text_projection', 'logit_scale']);
});

test('a model that cannot be read leaves no variable behind', async () => {
  const broken: FloatSource = {
    ...goldenWeights,
    read: (name, ...rest) =>
      name === 'text_projection'
        ? Promise.reject(new Error('text_projection: no such tensor'))
        : goldenWeights.read(name, ...rest),
  };
  const reading = () => expect(trainableInternVLC(broken, goldenConfig)).rejects.toThrow('text_projection');
  await expect(reading).toKeepAsync(0);
});

test('the whole model has every tensor of the checkpoint as a parameter, in the shape it is stored in', async () => {
  const { model, parameters, queryBlocks, textBlocks } = await trainableInternVLG(
    late(goldenWeights),
    goldenConfig,
  );
  expect([...parameters.keys()].sort()).toEqual(goldenNames);
  for (const [name, { origin }] of parameters) expect(origin.shape, name).toEqual(goldenShapes[name]);
  expect(textBlocks).toBe(queryBlocks);
  disposeTree(model);
  expect([...parameters.values()].every(({ variable }) => variable.isDisposed)).toBe(true);
});

test('a whole model that cannot be read leaves no variable behind', async () => {
  const broken: FloatSource = {
    ...goldenWeights,
    read: (name, ...rest) =>
      name === 'qllama.lm_head.weight'
        ? Promise.reject(new Error(`${name}: no such tensor`))
        : goldenWeights.read(name, ...rest),
  };
  const reading = () => expect(trainableInternVLG(broken, goldenConfig)).rejects.toThrow('lm_head');
  await expect(reading).toKeepAsync(0);
});

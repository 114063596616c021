import { expect, test } from 'vitest';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { disposeInternVLC } from '../../src/contrastive/weights.js';
import { trainableInternVLC } from '../../src/train/trainable.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';

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
    disposeInternVLC(model);
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

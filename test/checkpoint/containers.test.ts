import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';

const fixtures = new URL('../fixtures/reference/', import.meta.url).pathname;
const reference = new URL('../../../shared/reference/', import.meta.url).pathname;

/** SHA-256 of the float32 values of each tensor, by official name. */
async function digests(path: string): Promise<Map<string, string>> {
  const source = await openCheckpoint(path);
  const weights = checkpointWeights(source);
  const all = new Map<string, string>();
  for (const { name, shape } of source.infos.values()) {
    all.set(
      name,
      createHash('sha256')
        .update(await weights.read(name, shape))
        .digest('hex'),
    );
  }
  await source.close();
  return all;
}
const official = await digests(`${fixtures}tiny-14b/checkpoint`);

describe('the same weights in every container', () => {
  test('the original layout of InternViT, wrapped, with the pooling head', async () => {
    const vit = await digests(`${fixtures}tiny-14b/checkpoint-pth/intern_vit_6b_224px.pth`);
    expect(vit.size).toBe(83);
    for (const [name, digest] of vit) expect([name, digest]).toEqual([name, official.get(name)]);
  });

  test('the layout of InternVL-C: mixed kinds, shared storages, a transposed tensor', async () => {
    const c = await digests(`${fixtures}tiny-14b/checkpoint-pth/internvl_c_13b_224px.pth`);
    expect(c.size).toBe(132);
    for (const [name, digest] of c) expect([name, digest]).toEqual([name, official.get(name)]);
  });

  test('a larger position table is the only difference of the model for larger pictures', async () => {
    const force = await digests(`${fixtures}tiny-14b/checkpoint-force`);
    const different = [...force].filter(([name, digest]) => official.get(name) !== digest);
    expect(different.map(([name]) => name)).toEqual(['vision_model.embeddings.position_embedding']);
  });

  test('the projector of a chat model, bf16 in a zip', async () => {
    const source = await openCheckpoint(`${fixtures}chat-v1/checkpoint/mm_projector.bin`);
    expect([...source.infos.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ['model.mm_projector.0.weight', 'BF16', [72, 64]],
      ['model.mm_projector.0.bias', 'BF16', [72]],
      ['model.mm_projector.2.weight', 'BF16', [72, 72]],
      ['model.mm_projector.2.bias', 'BF16', [72]],
    ]);
    await source.close();
  });

  test.skipIf(!existsSync(reference)).each(['tiny-14b/checkpoint-bin', 'tiny-14b/checkpoint-f32'])(
    '%s of the whole reference',
    async (folder) => {
      const same = await digests(`${reference}${folder}`);
      expect(same.size).toBe(168);
      for (const [name, digest] of same) expect([name, digest]).toEqual([name, official.get(name)]);
    },
  );

  test.skipIf(!existsSync(reference))(
    'the segmentation and chat checkpoints of the whole reference',
    async () => {
      const segmentation = await digests(`${reference}dense/checkpoint-upernet`);
      expect(segmentation.has('vision_model.encoder.layers.7.ls1')).toBe(true);
      expect(segmentation.has('auxiliary_head.convs.0.bn.num_batches_tracked')).toBe(true);
      const source = await openCheckpoint(`${reference}chat-v1/checkpoint`);
      const unread = checkpointWeights(source).unread();
      await source.close();
      expect([...source.infos.keys()].some((name) => name.endsWith('inv_freq'))).toBe(true);
      expect(unread.some((name) => name.endsWith('inv_freq'))).toBe(false);
    },
  );
});

describe('weights with an account', () => {
  test('another shape is refused with tensor, both shapes and file; what was not read is told', async () => {
    const source = await openCheckpoint(`${fixtures}tiny-14b/checkpoint`);
    const weights = checkpointWeights(source);
    await expect(weights.read('text_projection', [84, 768])).rejects.toThrow(
      'text_projection: expected [84, 768], got [84, 48] (model-00001-of-00003.safetensors)',
    );
    await expect(weights.read('text_projection', [84])).rejects.toThrow('expected [84], got [84, 48]');
    await expect(weights.read('itm.bias', [2])).rejects.toThrow(
      `itm.bias: expected in ${fixtures}tiny-14b/checkpoint, got no such tensor`,
    );
    expect(weights.unread()).toHaveLength(168);
    await weights.read('text_projection', [84, 48], { start: 3, count: 2 });
    await weights.read('logit_scale', []);
    expect(weights.unread()).toHaveLength(166);
    expect(weights.shapeOf('logit_scale')).toEqual([]);
    expect(weights.shapeOf('nothing')).toBeUndefined();
    await source.close();
  });
});

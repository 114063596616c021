import { describe, expect, test } from 'vitest';

import { isIgnoredName, officialName, withOfficialNames } from '../../src/checkpoint/names.js';
import { readTensor, type TensorInfo, type TensorSource } from '../../src/checkpoint/tensor-source.js';

function source(...names: string[]): TensorSource {
  const info = (name: string): TensorInfo => ({
    name,
    dtype: 'U8',
    shape: [1],
    byteLength: 1,
    file: 'm.pth',
  });
  const made: TensorSource = {
    description: 'dir/m.pth',
    infos: new Map(names.map((name) => [name, info(name)])),
    read: (name) => readTensor(made, name),
    readInto: async (name, target) => target.set([names.indexOf(name)]),
    close: async () => {},
  };
  return made;
}

describe('official names', () => {
  test.each([
    ['cls_token', 'vision_model.embeddings.class_embedding'],
    ['pos_embed', 'vision_model.embeddings.position_embedding'],
    ['patch_embed.proj.bias', 'vision_model.embeddings.patch_embedding.bias'],
    ['blocks.47.ls2.gamma', 'vision_model.encoder.layers.47.ls2'],
    ['blocks.3.attn.q_norm.weight', 'vision_model.encoder.layers.3.attn.q_norm.weight'],
    ['transformer.layers.0.self_attn.q_proj.weight', 'qllama.model.layers.0.self_attn.q_proj.weight'],
    ['transformer.embed_tokens.weight', 'qllama.model.embed_tokens.weight'],
    ['encoder.layers.0.ls1', 'vision_model.encoder.layers.0.ls1'],
    ['embeddings.patch_embedding.weight', 'vision_model.embeddings.patch_embedding.weight'],
    ['model.vision_tower.vision_tower.encoder.layers.1.ls1', 'vision_model.encoder.layers.1.ls1'],
    ['module.query_tokens', 'query_tokens'],
    ['module.blocks.0.norm1.weight', 'vision_model.encoder.layers.0.norm1.weight'],
    ['backbone.blocks.2.mlp.fc1.weight', 'vision_model.encoder.layers.2.mlp.fc1.weight'],
  ])('%s → %s', (stored, official) => {
    expect(officialName(stored)).toBe(official);
  });

  test.each([
    'vision_model.encoder.layers.0.attn.qkv.weight',
    'qllama.model.layers.0.cross_attn.norm1.weight',
    'clip_projector.cross_attn.q_bias',
    'clip_projector2.norm1_q.weight',
    'query_tokens',
    'logit_scale',
    'model.layers.0.self_attn.q_proj.weight',
    'model.mm_projector.0.weight',
    'decode_head.conv_seg.weight',
    'head.weight',
  ])('%s stays', (name) => {
    expect(officialName(name)).toBe(name);
  });

  test('a tensor is read by its official name', async () => {
    const renamed = withOfficialNames(source('logit_scale', 'cls_token'));
    expect([...renamed.infos.keys()]).toEqual(['logit_scale', 'vision_model.embeddings.class_embedding']);
    expect(await renamed.read('vision_model.embeddings.class_embedding')).toEqual(Uint8Array.of(1));
    await expect(renamed.read('cls_token')).rejects.toThrow(
      'cls_token: expected in dir/m.pth, got no such tensor',
    );
  });

  test('two tensors of one name are refused', () => {
    const both = source('cls_token', 'embeddings.class_embedding');
    expect(() => withOfficialNames(both)).toThrow('got cls_token and embeddings.class_embedding');
  });

  test('buffers that follow from the configuration are ignored', () => {
    const ignored = [
      'a.rotary_emb.inv_freq',
      'text.embeddings.position_ids',
      'bn.num_batches_tracked',
      'inv_freq',
    ];
    expect(ignored.every(isIgnoredName)).toBe(true);
    expect(['vision_model.embeddings.position_embedding', 'inv_freq.weight'].some(isIgnoredName)).toBe(false);
  });
});

import { expect, test } from 'vitest';

import { stage1Groups } from '../../src/train/parameter-groups.js';

test('in stage 1 the text side learns slower, and only matrices decay', () => {
  const groups = stage1Groups(
    [
      { name: 'vision_model.embeddings.class_embedding', shape: [1, 1, 8] },
      { name: 'vision_model.embeddings.position_embedding', shape: [1, 5, 8] },
      { name: 'vision_model.embeddings.patch_embedding.weight', shape: [8, 3, 4, 4] },
      { name: 'vision_model.encoder.layers.0.attn.qkv.weight', shape: [24, 8] },
      { name: 'vision_model.encoder.layers.0.ls1', shape: [8] },
      { name: 'clip_projector.cross_attn.q_bias', shape: [8] },
      { name: 'qllama.model.embed_tokens.weight', shape: [16, 8] },
      { name: 'qllama.model.layers.0.mlp.up_proj.weight', shape: [16, 8] },
      { name: 'text_projection', shape: [8, 4] },
      { name: 'logit_scale', shape: [] },
    ],
    0.1,
  );
  expect([...groups.values()].map(({ lrScale, decays }) => `${lrScale} ${decays}`)).toEqual([
    '1 false',
    '1 false',
    '1 true',
    '1 true',
    '1 false',
    '1 false',
    '0.1 false',
    '0.1 true',
    '0.1 true',
    '0.1 false',
  ]);
});

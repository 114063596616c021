import { expect, test } from 'vitest';

import { stage1Groups, stage2Groups } from '../../src/train/parameter-groups.js';

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

test('in stage 2 what reads images learns at the full rate, what stage 1 trained slower', () => {
  const names = [
    'query_tokens',
    'qllama.model.layers.0.cross_attn.q_proj.weight',
    'qllama.lm_head.weight',
    'clip_projector2.norm1_q.weight',
    'itm_head.weight',
    'logit_scale',
    'qllama.model.layers.0.self_attn.q_proj.weight',
    'qllama.model.embed_tokens.weight',
    'clip_projector.cross_attn.q.weight',
    'text_projection',
  ];
  const groups = stage2Groups(
    names.map((name) => ({ name, shape: [4, 4] })),
    0.3,
  );
  expect(names.map((name) => groups.get(name)?.lrScale)).toEqual([1, 1, 1, 1, 1, 1, 0.3, 0.3, 0.3, 0.3]);
  expect(groups.get('query_tokens')?.decays).toBe(false);
  expect(groups.get('qllama.lm_head.weight')?.decays).toBe(true);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { internVL14B } from '../../src/contrastive/config.js';
import { parseInternVitConfig, parseInternVLConfig } from '../../src/contrastive/config-json.js';
import { officialConfig } from '../../src/contrastive/official-config.js';
import { internVit6B } from '../../src/vision/config.js';

const url = new URL('../fixtures/reference/tiny-14b/checkpoint/config.json', import.meta.url);
const tiny = JSON.parse(readFileSync(url, 'utf8'));

describe('config.json of the whole model', () => {
  test('every number of the tiny model', () => {
    expect(parseInternVLConfig(tiny)).toEqual({
      vision: {
        ...internVit6B,
        hiddenSize: 80,
        imageSize: 56,
        intermediateSize: 192,
        numHeads: 5,
        numLayers: 5,
      },
      qllama: {
        ...internVL14B.qllama,
        vocabSize: 320,
        hiddenSize: 84,
        intermediateSize: 200,
        numLayers: 5,
        numHeads: 7,
        maxPositions: 512,
        visionHiddenSize: 80,
      },
      clipEmbedDim: 48,
      attnPoolNumHeads: 4,
      forceImageSize: null,
      labelSmoothing: 0,
    });
  });

  test('an empty file gets the defaults of the official classes: InternVL-14B but for the vocabulary', () => {
    const { qllama, ...rest } = parseInternVLConfig({});
    expect(rest).toEqual({ ...internVL14B, qllama: undefined });
    expect(qllama).toEqual({ ...internVL14B.qllama, vocabSize: 32000 });
  });

  test('what is written is read', () => {
    for (const config of [internVL14B, { ...parseInternVLConfig(tiny), forceImageSize: 364 }]) {
      expect(parseInternVLConfig(JSON.parse(JSON.stringify(officialConfig(config))))).toEqual(config);
    }
  });

  test('null stands for a key that is left out', () => {
    const withNulls = {
      ...tiny,
      qllama_config: { ...tiny.qllama_config, pad_token_id: null, rope_scaling: null },
    };
    expect(parseInternVLConfig(withNulls)).toEqual(parseInternVLConfig(tiny));
  });

  test.each([
    ['vision_config.hidden_size', '"x"', { vision_config: { hidden_size: 'x' } }],
    ['vision_config.num_hidden_layers', '2.5', { vision_config: { num_hidden_layers: 2.5 } }],
    ['vision_config.patch_size', '0', { vision_config: { patch_size: 0 } }],
    ['vision_config.norm_type', '"layer_norm"', { vision_config: { norm_type: 'layer_norm' } }],
    ['qllama_config.hidden_act', '"gelu"', { qllama_config: { hidden_act: 'gelu' } }],
    [
      'qllama_config.rope_scaling',
      '{"type":"linear"}',
      { qllama_config: { rope_scaling: { type: 'linear' } } },
    ],
    ['qllama_config.num_key_value_heads', '5', { qllama_config: { num_key_value_heads: 5 } }],
    ['qllama_config', '3', { qllama_config: 3 }],
    ['qllama_config', '7', { qllama_config: { num_attention_heads: 7 } }],
    ['attn_pool_num_heads', '7', { attn_pool_num_heads: 7 }],
    ['use_qllama_lora', '16', { use_qllama_lora: 16 }],
    ['model_type', '"llava"', { model_type: 'llava' }],
  ])('%s: got %s is refused in one line', (path, got, json) => {
    const message = errorOf(() => parseInternVLConfig(json, 'dir/config.json'));
    expect(message).toMatch(/^dir\/config\.json: [^\n]*expected [^\n]*, got [^\n]*$/);
    expect(message).toContain(path);
    expect(message).toContain(`got ${got}`);
  });

  test.each([[null], ['text'], [3], [[]]])('%j is no configuration', (json) => {
    expect(errorOf(() => parseInternVLConfig(json))).toMatch(/^config\.json: expected an object, got/);
  });
});

describe('config.json of a stand-alone InternViT', () => {
  test('the tower of the tiny model', () => {
    expect(parseInternVitConfig(tiny.vision_config)).toEqual(parseInternVLConfig(tiny).vision);
  });

  test('the whole model is not a tower', () => {
    expect(errorOf(() => parseInternVitConfig(tiny))).toContain('expected intern_vit_6b, got "internvl"');
  });
});

function errorOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('expected an error, got none');
}

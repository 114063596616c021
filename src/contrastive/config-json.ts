/**
 * `config.json` of the official checkpoints ↔ `InternVLConfig`. Keys that a file leaves out get the defaults
 * of the official classes; what this implementation does differently from a value in the file is refused, not
 * ignored.
 *
 * Official code: `InternVLConfig`, `InternVisionConfig`, `LlamaConfig`.
 */
import * as v from 'valibot';

import {
  checkHeads,
  flag,
  only,
  parseFields,
  real,
  refuseKind,
  size,
  whole,
} from '../checkpoint/config-fields.js';
import { llamaConfig, llamaFields } from '../llama/config-json.js';
import type { QLlamaConfig } from '../qllama/config.js';
import type { InternVitConfig } from '../vision/config.js';
import type { InternVLConfig } from './config.js';

/** Defaults: `InternVisionConfig`, which are InternViT-6B at 224 px. */
const VisionJson = v.object({
  num_channels: size(3),
  image_size: size(224),
  patch_size: size(14),
  hidden_size: size(3200),
  num_attention_heads: size(25),
  intermediate_size: size(12800),
  num_hidden_layers: size(48),
  layer_norm_eps: real(1e-6),
  qkv_bias: flag(false),
  qk_normalization: flag(true),
  initializer_factor: real(0.1),
  drop_path_rate: real(0),
  hidden_act: only('gelu'),
  norm_type: only('rms_norm'),
});

/** Defaults: `LlamaConfig`, and those of QLLaMA for queries and cross-attention. */
const QLlamaJson = v.object({
  ...llamaFields,
  num_query_token: v.nullish(whole(1)),
  cross_attention_frequency: v.nullish(whole(1)),
});

const InternVLJson = v.object({
  vision_config: v.nullish(VisionJson, {}),
  qllama_config: v.nullish(QLlamaJson, {}),
  clip_embed_dim: size(768),
  attn_pool_num_heads: size(16),
  num_query_token: v.nullish(whole(1)),
  cross_attention_frequency: v.nullish(whole(1)),
  force_image_size: v.nullish(whole(1), null),
  label_smoothing: real(0),
  use_backbone_lora: v.nullish(v.literal(0, '0: merge the adapters first')),
  use_qllama_lora: v.nullish(v.literal(0, '0: merge the adapters first')),
});

/**
 * The configuration in a parsed `config.json` of the whole model.
 *
 * @throws Error `config.json: vision_config.hidden_size: expected …, got …`, with `where` in front.
 */
export function parseInternVLConfig(json: unknown, where = 'config.json'): InternVLConfig {
  refuseKind(json, where, ['internvl', 'internvl_c', 'internvl_g']);
  const parsed = parseFields(InternVLJson, json, where);
  const vision = visionConfig(parsed.vision_config, `${where}: vision_config`);
  const pooled = { hidden_size: vision.hiddenSize, num_attention_heads: parsed.attn_pool_num_heads };
  checkHeads(pooled, `${where}: attn_pool_num_heads`);
  return {
    vision,
    qllama: qllamaConfig(parsed, vision.hiddenSize, `${where}: qllama_config`),
    clipEmbedDim: parsed.clip_embed_dim,
    attnPoolNumHeads: parsed.attn_pool_num_heads,
    forceImageSize: parsed.force_image_size,
    labelSmoothing: parsed.label_smoothing,
  };
}

/** The configuration in a parsed `config.json` of a stand-alone InternViT. Errors as above. */
export function parseInternVitConfig(json: unknown, where = 'config.json'): InternVitConfig {
  refuseKind(json, where, ['intern_vit_6b']);
  return visionConfig(parseFields(VisionJson, json, where), where);
}

function visionConfig(parsed: v.InferOutput<typeof VisionJson>, where: string): InternVitConfig {
  checkHeads(parsed, where);
  return {
    numChannels: parsed.num_channels,
    imageSize: parsed.image_size,
    patchSize: parsed.patch_size,
    hiddenSize: parsed.hidden_size,
    numHeads: parsed.num_attention_heads,
    intermediateSize: parsed.intermediate_size,
    numLayers: parsed.num_hidden_layers,
    normEps: parsed.layer_norm_eps,
    qkvBias: parsed.qkv_bias,
    qkNormalization: parsed.qk_normalization,
    initializerFactor: parsed.initializer_factor,
    dropPathRate: parsed.drop_path_rate,
  };
}

/** The numbers of queries and the frequency stand in two places of the file; the outer one is the model's. */
function qllamaConfig(
  model: v.InferOutput<typeof InternVLJson>,
  visionHiddenSize: number,
  where: string,
): QLlamaConfig {
  const { num_query_token, cross_attention_frequency, ...llama } = model.qllama_config;
  return {
    ...llamaConfig(llama, where),
    numQueries: model.num_query_token ?? num_query_token ?? 96,
    crossAttentionFrequency: model.cross_attention_frequency ?? cross_attention_frequency ?? 2,
    visionHiddenSize,
  };
}

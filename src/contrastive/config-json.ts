/**
 * `config.json` of the official checkpoints ↔ `InternVLConfig`. Keys that a file leaves out get the defaults
 * of the official classes; what this implementation does differently from a value in the file is refused, not
 * ignored.
 *
 * Official code: `InternVLConfig`, `InternVisionConfig`, `LlamaConfig`.
 */
import * as v from 'valibot';

import type { InternVitConfig } from '../vision/config.js';
import type { InternVLConfig } from './config.js';

const whole = (smallest: number) => {
  const message = `an integer of at least ${smallest}`;
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(smallest, message));
};
const size = (fallback: number) => v.nullish(whole(1), fallback);
const id = (fallback: number) => v.nullish(whole(0), fallback);
const real = (fallback: number) => {
  const message = 'a number of at least 0';
  return v.nullish(v.pipe(v.number(message), v.minValue(0, message)), fallback);
};
const flag = (fallback: boolean) => v.nullish(v.boolean('true or false'), fallback);
/** A key whose one supported value is `value`; leaving it out means the same. */
const only = <const Value extends string | boolean>(value: Value) =>
  v.nullish(v.literal(value, `${JSON.stringify(value)} (others are not supported)`), value);
const none = v.nullish(v.null('null (others are not supported)'));

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
  vocab_size: size(32000),
  hidden_size: size(4096),
  intermediate_size: size(11008),
  num_hidden_layers: size(32),
  num_attention_heads: size(32),
  num_key_value_heads: v.nullish(whole(1)),
  rms_norm_eps: real(1e-6),
  max_position_embeddings: size(2048),
  rope_theta: real(10000),
  rope_scaling: none,
  bos_token_id: id(1),
  eos_token_id: id(2),
  pad_token_id: id(0),
  num_query_token: v.nullish(whole(1)),
  cross_attention_frequency: v.nullish(whole(1)),
  hidden_act: only('silu'),
  tie_word_embeddings: only(false),
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
  const parsed = parse(InternVLJson, json, where);
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
  return visionConfig(parse(VisionJson, json, where), where);
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
function qllamaConfig(model: v.InferOutput<typeof InternVLJson>, visionHiddenSize: number, where: string) {
  const parsed = model.qllama_config;
  checkHeads(parsed, where);
  if ((parsed.num_key_value_heads ?? parsed.num_attention_heads) !== parsed.num_attention_heads) {
    const got = `${parsed.num_key_value_heads} (grouped queries are not supported)`;
    throw new Error(`${where}.num_key_value_heads: expected ${parsed.num_attention_heads}, got ${got}`);
  }
  return {
    vocabSize: parsed.vocab_size,
    hiddenSize: parsed.hidden_size,
    intermediateSize: parsed.intermediate_size,
    numLayers: parsed.num_hidden_layers,
    numHeads: parsed.num_attention_heads,
    normEps: parsed.rms_norm_eps,
    maxPositions: parsed.max_position_embeddings,
    ropeBase: parsed.rope_theta,
    bosTokenId: parsed.bos_token_id,
    eosTokenId: parsed.eos_token_id,
    padTokenId: parsed.pad_token_id,
    numQueries: model.num_query_token ?? parsed.num_query_token ?? 96,
    crossAttentionFrequency: model.cross_attention_frequency ?? parsed.cross_attention_frequency ?? 2,
    visionHiddenSize,
  };
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const expected = issue.type === 'object' ? 'an object' : issue.message;
  throw new TypeError(
    `${where}:${path === null ? '' : ` ${path}:`} expected ${expected}, got ${shown(issue.input)}`,
  );
}

/** @throws Error when the file says it describes another kind of model, or describes nothing. */
function refuseKind(json: unknown, where: string, kinds: readonly string[]): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TypeError(`${where}: expected an object, got ${shown(json)}`);
  }
  const { model_type: kind = kinds[0] } = json as { model_type?: unknown };
  if (!kinds.includes(String(kind))) {
    throw new Error(`${where}: model_type: expected ${kinds.join(' or ')}, got ${shown(kind)}`);
  }
}

function checkHeads(
  { hidden_size: C, num_attention_heads: H }: { hidden_size: number; num_attention_heads: number },
  where: string,
): void {
  if (C % H !== 0) throw new RangeError(`${where}: expected heads that divide ${C} channels, got ${H}`);
}

/** A value of unknown origin as it may stand in a message. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

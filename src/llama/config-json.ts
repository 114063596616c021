/**
 * `config.json` of a LLaMA → `LlamaConfig`: alone, or as a part of another model's file. Keys that a file leaves
 * out get the defaults of the official class.
 *
 * Official code: `LlamaConfig`.
 */
import * as v from 'valibot';

import {
  checkHeads,
  id,
  none,
  only,
  parseFields,
  real,
  refuseKind,
  size,
  whole,
} from '../checkpoint/config-fields.js';
import type { LlamaConfig } from './config.js';

/** The keys, for a schema that has more. */
export const llamaFields = {
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
  hidden_act: only('silu'),
  tie_word_embeddings: only(false),
};

const LlamaJson = v.object(llamaFields);

/**
 * The configuration in a parsed `config.json` of a LLaMA, or of a LLaVA-style model around one.
 *
 * @throws Error `config.json: hidden_size: expected …, got …`, with `where` in front.
 */
export function parseLlamaConfig(json: unknown, where = 'config.json'): LlamaConfig {
  refuseKind(json, where, ['llama', 'llava']);
  return llamaConfig(parseFields(LlamaJson, json, where), where);
}

/** @throws RangeError when heads do not divide channels, or shared heads the heads. */
export function llamaConfig(parsed: v.InferOutput<typeof LlamaJson>, where: string): LlamaConfig {
  checkHeads(parsed, where);
  const { num_attention_heads: heads, num_key_value_heads: shared } = parsed;
  if (shared != null && heads % shared !== 0) {
    throw new RangeError(`${where}.num_key_value_heads: expected a divisor of ${heads}, got ${shared}`);
  }
  return {
    vocabSize: parsed.vocab_size,
    hiddenSize: parsed.hidden_size,
    intermediateSize: parsed.intermediate_size,
    numLayers: parsed.num_hidden_layers,
    numHeads: heads,
    ...(shared != null && shared !== heads && { numKeyValueHeads: shared }),
    normEps: parsed.rms_norm_eps,
    maxPositions: parsed.max_position_embeddings,
    ropeBase: parsed.rope_theta,
    bosTokenId: parsed.bos_token_id,
    eosTokenId: parsed.eos_token_id,
    padTokenId: parsed.pad_token_id,
  };
}

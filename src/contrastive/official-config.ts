/** A configuration as the official `config.json` writes it. The way back is `parseInternVLConfig`. */
import type { QLlamaConfig } from '../qllama/config.js';
import type { InternVitConfig } from '../vision/config.js';
import type { InternVLConfig } from './config.js';

/** The official schema's object: JSON.stringify it. */
export function officialConfig(config: InternVLConfig): Record<string, unknown> {
  return {
    architectures: ['InternVLModel'],
    model_type: 'internvl',
    torch_dtype: 'bfloat16',
    clip_embed_dim: config.clipEmbedDim,
    attn_pool_num_heads: config.attnPoolNumHeads,
    force_image_size: config.forceImageSize,
    label_smoothing: config.labelSmoothing,
    ...queries(config.qllama),
    vision_config: visionConfig(config.vision),
    qllama_config: { ...llamaConfig(config.qllama), ...queries(config.qllama) },
  };
}

/** The official class keeps these two at both levels. */
function queries({ numQueries, crossAttentionFrequency }: QLlamaConfig): Record<string, unknown> {
  return { num_query_token: numQueries, cross_attention_frequency: crossAttentionFrequency };
}

function visionConfig(vision: InternVitConfig): Record<string, unknown> {
  return {
    model_type: 'intern_vit_6b',
    num_channels: vision.numChannels,
    image_size: vision.imageSize,
    patch_size: vision.patchSize,
    hidden_size: vision.hiddenSize,
    num_attention_heads: vision.numHeads,
    intermediate_size: vision.intermediateSize,
    num_hidden_layers: vision.numLayers,
    hidden_act: 'gelu',
    layer_norm_eps: vision.normEps,
    qkv_bias: vision.qkvBias,
    qk_normalization: vision.qkNormalization,
    initializer_factor: vision.initializerFactor,
    drop_path_rate: vision.dropPathRate,
  };
}

function llamaConfig(qllama: QLlamaConfig): Record<string, unknown> {
  return {
    model_type: 'llama',
    vocab_size: qllama.vocabSize,
    hidden_size: qllama.hiddenSize,
    intermediate_size: qllama.intermediateSize,
    num_hidden_layers: qllama.numLayers,
    num_attention_heads: qllama.numHeads,
    hidden_act: 'silu',
    rms_norm_eps: qllama.normEps,
    max_position_embeddings: qllama.maxPositions,
    rope_theta: qllama.ropeBase,
    bos_token_id: qllama.bosTokenId,
    eos_token_id: qllama.eosTokenId,
    pad_token_id: qllama.padTokenId,
    tie_word_embeddings: false,
  };
}

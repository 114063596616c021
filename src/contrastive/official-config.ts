/** A configuration as the official `config.json` writes it. The way back is `parseInternVLConfig`. */
import type { InternVLConfig } from './config.js';

/** The official schema's object: JSON.stringify it. */
export function officialConfig(config: InternVLConfig): Record<string, unknown> {
  const { qllama, vision } = config;
  const queries = {
    num_query_token: qllama.numQueries,
    cross_attention_frequency: qllama.crossAttentionFrequency,
  };
  return {
    architectures: ['InternVLModel'],
    model_type: 'internvl',
    torch_dtype: 'bfloat16',
    clip_embed_dim: config.clipEmbedDim,
    attn_pool_num_heads: config.attnPoolNumHeads,
    force_image_size: config.forceImageSize,
    label_smoothing: config.labelSmoothing,
    ...queries,
    vision_config: {
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
    },
    qllama_config: {
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
      ...queries,
    },
  };
}

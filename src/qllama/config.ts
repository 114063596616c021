/**
 * The numbers of QLLaMA: LLaMA, the learnable queries and the layers that see the image.
 *
 * Official code: `LlamaConfig`.
 */
import type { LlamaConfig } from '../llama/config.js';

export interface QLlamaConfig extends LlamaConfig {
  /** Learnable queries in front of the text (96 in the paper). */
  readonly numQueries: number;
  /** Every how many layers the queries attend to the image (2 in the paper). */
  readonly crossAttentionFrequency: number;
  /** Width of the image tokens that the cross-attention reads. */
  readonly visionHiddenSize: number;
}

/**
 * QLLaMA-8B: LLaMA-7B with the vocabulary of Chinese-LLaMA-Alpaca, 96 queries, 16 cross-attentions (paper:
 * §3.2).
 */
export const qllama8B = {
  vocabSize: 49954,
  hiddenSize: 4096,
  intermediateSize: 11008,
  numLayers: 32,
  numHeads: 32,
  normEps: 1e-6,
  maxPositions: 2048,
  ropeBase: 10000,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
  numQueries: 96,
  crossAttentionFrequency: 2,
  visionHiddenSize: 3200,
} as const satisfies QLlamaConfig;

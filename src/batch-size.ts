/** How many pictures or texts go through a tower at once: as many as their activations leave room for. */
import type { InternVLConfig } from './contrastive/config.js';
import { inputSize } from './contrastive/config.js';
import type { Memory } from './pretrained-options.js';

/** Memory for the activations of one block; the wasm heap ends at 4 GB and holds the weights too. */
const BUDGET_BYTES = 2 ** 28;
const MOST = 64;

/** Rows of `tokens` tokens, each needing about 3·hidden + 2·intermediate floats in a block. */
function rowsThatFit(tokens: number, hiddenSize: number, intermediateSize: number): number {
  const bytesPerRow = tokens * (3 * hiddenSize + 2 * intermediateSize) * 4;
  return Math.max(1, Math.min(MOST, Math.floor(BUDGET_BYTES / bytesPerRow)));
}

/** Pictures that go through a block together. */
export function picturesAtOnce(config: InternVLConfig): number {
  const { hiddenSize, intermediateSize } = config.vision;
  return rowsThatFit(tokensOf(config), hiddenSize, intermediateSize);
}

/**
 * Pictures in one pass over the blocks. Where blocks are read anew in every pass, many pictures share one: between
 * blocks each takes its states alone, and a second copy of them when they are joined.
 */
export function picturesInPass(config: InternVLConfig, memory: Memory): number {
  const atOnce = picturesAtOnce(config);
  if (memory === 'resident') return atOnce;
  const bytesPerPicture = 2 * tokensOf(config) * config.vision.hiddenSize * 4;
  return Math.max(atOnce, Math.min(MOST, Math.floor(BUDGET_BYTES / bytesPerPicture)));
}

function tokensOf(config: InternVLConfig): number {
  return Math.floor(inputSize(config) / config.vision.patchSize) ** 2 + 1;
}

export function textsAtOnce(config: InternVLConfig, maxTokens: number): number {
  const { hiddenSize, intermediateSize } = config.qllama;
  return rowsThatFit(maxTokens, hiddenSize, intermediateSize);
}

/** How many pictures or texts go through a tower at once: as many as their activations leave room for. */
import type { InternVLConfig } from './contrastive/config.js';
import { inputSize } from './contrastive/config.js';

/** Memory for the activations of one block; the wasm heap ends at 4 GB and holds the weights too. */
const BUDGET_BYTES = 2 ** 28;
const MOST = 64;

/** Rows of `tokens` tokens, each needing about 3·hidden + 2·intermediate floats in a block. */
function rowsThatFit(tokens: number, hiddenSize: number, intermediateSize: number): number {
  const bytesPerRow = tokens * (3 * hiddenSize + 2 * intermediateSize) * 4;
  return Math.max(1, Math.min(MOST, Math.floor(BUDGET_BYTES / bytesPerRow)));
}

export function picturesAtOnce(config: InternVLConfig): number {
  const { patchSize, hiddenSize, intermediateSize } = config.vision;
  const tokens = Math.floor(inputSize(config) / patchSize) ** 2 + 1;
  return rowsThatFit(tokens, hiddenSize, intermediateSize);
}

export function textsAtOnce(config: InternVLConfig, maxTokens: number): number {
  const { hiddenSize, intermediateSize } = config.qllama;
  return rowsThatFit(maxTokens, hiddenSize, intermediateSize);
}

/**
 * The numbers of a LLaMA: the language model inside QLLaMA, and the one that InternVL-Chat talks with.
 *
 * Official code: `LlamaConfig`.
 */
export interface LlamaConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** Heads of keys and values, each shared by `numHeads / numKeyValueHeads` heads of queries; all when left out. */
  readonly numKeyValueHeads?: number;
  readonly normEps: number;
  readonly maxPositions: number;
  readonly ropeBase: number;
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  readonly padTokenId: number;
}

/** Channels of all heads of keys, or of values. */
export function keyValueWidth({ hiddenSize, numHeads, numKeyValueHeads = numHeads }: LlamaConfig): number {
  return (hiddenSize / numHeads) * numKeyValueHeads;
}

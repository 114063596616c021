/**
 * InternViT: patches in, one state a token out. There is no norm after the last block.
 *
 * Paper: §3.2, table 1.   Official code: `InternVisionModel`.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Blocks } from '../nn/blocks.js';
import { joinParts, mapParts } from '../nn/parts.js';
import type { Residual } from '../nn/residual.js';
import { runParts } from '../nn/run-blocks.js';
import { tapUnder } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import { partRows, type TowerOptions } from '../nn/tower-options.js';
import { type Block, block } from './block.js';
import type { InternVitConfig } from './config.js';
import { type Embeddings, embed } from './patch-embed.js';

export interface InternVit {
  readonly embeddings: Embeddings;
  readonly blocks: Blocks<Block>;
}

/** The states of all tokens after the last block: [B, Y, X, 3] → [B, N, C]. */
export async function internVit(
  config: InternVitConfig,
  params: InternVit,
  pixels: Tensor<'B Y X 3'>,
  options: TowerOptions = {},
): Promise<Tensor<'B N C'>> {
  const parts = mapParts(pixels, partRows(options), (part) => {
    const tokens = embed(config, params.embeddings, part);
    options.tap?.('embeddings', tokens);
    return tokens;
  });
  return throughBlocks(config, params.blocks, parts, options);
}

/** The blocks alone, on tokens that are embedded already: [B, N, C] → [B, N, C]. */
export function runVisionBlocks(
  config: InternVitConfig,
  blocks: Blocks<Block>,
  tokens: Tensor<'B N C'>,
  options: TowerOptions = {},
): Promise<Tensor<'B N C'>> {
  const parts = mapParts(tokens, partRows(options), (part) => part);
  return throughBlocks(config, blocks, parts, options);
}

/** It takes the parts over. */
async function throughBlocks(
  config: InternVitConfig,
  blocks: Blocks<Block>,
  parts: readonly Tensor<'B N C'>[],
  { tap, signal, onBlock }: TowerOptions,
): Promise<Tensor<'B N C'>> {
  const states = await runParts<Block, 'B N C'>(
    blocks,
    parts,
    (params, x, i) => block(config, params, x, { tap: tapUnder(tap, `block.${i}`) }),
    { signal, onBlock, after: (i, y) => tap?.(`block.${i}`, y) },
  );
  return joinParts(states);
}

/**
 * The same blocks for training: resident, synchronous, differentiable, with one residual rule a block.
 * [B, N, C] → [B, N, C].
 */
export function trainVisionBlocks(
  config: InternVitConfig,
  blocks: readonly Block[],
  tokens: Tensor<'B N C'>,
  residual: (i: number) => Residual,
): Tensor<'B N C'> {
  return tf.tidy(() =>
    blocks.reduce((x, params, i) => block(config, params, x, { residual: residual(i) }), tokens),
  );
}

/**
 * A whole LLaMA: token table, layers, final norm, language head.
 *
 * Official code: `LlamaForCausalLM`.
 */
import type { Blocks } from '../nn/blocks.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import { runBlocks } from '../nn/run-blocks.js';
import { tapUnder } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import type { Sequence } from './attention.js';
import { type LlamaBlock, llamaBlock, outputAlone } from './block.js';
import type { LlamaConfig } from './config.js';
import type { LanguageHead } from './language-head.js';
import type { TokenEmbedding } from './token-embedding.js';

export interface LanguageModel {
  readonly tokens: TokenEmbedding;
  readonly blocks: Blocks<LlamaBlock>;
  readonly norm: RmsNorm;
  readonly head: LanguageHead;
}

/** Final-normed states of embedded tokens: [B, T, C] → [B, T, C]. */
export async function languageStates(
  config: LlamaConfig,
  { blocks, norm }: Pick<LanguageModel, 'blocks' | 'norm'>,
  embeds: Tensor<'B T C'>,
  sequence: Sequence,
  { tap, signal, onBlock }: TowerOptions = {},
): Promise<Tensor<'B T C'>> {
  const x = await runBlocks(
    blocks,
    embeds,
    (block, h, i) =>
      outputAlone(() => llamaBlock(config, block, h, { sequence, tap: tapUnder(tap, `layer.${i}`) })),
    { signal, onBlock, after: (i, y) => tap?.(`layer.${i}`, y) },
  );
  const states = rmsNorm(norm, x, config.normEps);
  x.dispose();
  return states;
}

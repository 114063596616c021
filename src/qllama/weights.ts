/** Where QLLaMA's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import { residentBlocks, streamedBlocks } from '../nn/blocks.js';
import type { QLlamaConfig } from './config.js';
import type { TextBlock } from './text-block.js';
import type { TextTower } from './text-tower.js';
import { residentEmbedding, type TokenEmbedding } from './token-embedding.js';

/** `at` is `qllama.model`. Streamed: the layers and the rows of the token table are read when they are used. */
export async function readTextTower(
  at: Scope,
  config: QLlamaConfig,
  residency: 'resident' | 'stream' = 'resident',
): Promise<TextTower> {
  const read = (i: number) => readTextBlock(at.at(`layers.${i}`), config);
  const tokens = await readTokens(at, config, residency);
  const norm = await at.rmsNorm('norm', config.hiddenSize);
  if (residency === 'stream') return { tokens, blocks: streamedBlocks(config.numLayers, read), norm };
  const blocks: TextBlock[] = [];
  for (let i = 0; i < config.numLayers; i++) blocks.push(await read(i));
  return { tokens, blocks: residentBlocks(blocks), norm };
}

async function readTokens(
  at: Scope,
  { vocabSize, hiddenSize }: QLlamaConfig,
  residency: 'resident' | 'stream',
): Promise<TokenEmbedding> {
  const shape = [vocabSize, hiddenSize];
  if (residency === 'resident') return residentEmbedding(await at.tensor('embed_tokens.weight', shape));
  return { vocabSize, rows: (ids) => at.rows('embed_tokens.weight', shape, ids), dispose: () => {} };
}

export async function readTextBlock(at: Scope, config: QLlamaConfig): Promise<TextBlock> {
  const { hiddenSize: C, intermediateSize: M } = config;
  const projection = (name: string, In: number, Out: number) => at.linear(name, In, Out, { bias: false });
  return {
    inputNorm: await at.rmsNorm('input_layernorm', C),
    selfAttn: {
      qProj: await projection('self_attn.q_proj', C, C),
      kProj: await projection('self_attn.k_proj', C, C),
      vProj: await projection('self_attn.v_proj', C, C),
      oProj: await projection('self_attn.o_proj', C, C),
    },
    postAttentionNorm: await at.rmsNorm('post_attention_layernorm', C),
    mlp: {
      gateProj: await projection('mlp.gate_proj', C, M),
      upProj: await projection('mlp.up_proj', C, M),
      downProj: await projection('mlp.down_proj', M, C),
    },
  };
}

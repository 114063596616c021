/** Where QLLaMA's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import { type Residency, readBlocks } from '../nn/blocks.js';
import { readTree } from '../nn/tree.js';
import type { SelfAttention } from './attention.js';
import type { QLlamaConfig } from './config.js';
import type { CrossAttention } from './cross-attention.js';
import type { GatedMlp } from './mlp.js';
import type { QueryBlock } from './query-block.js';
import type { QueryTower } from './query-tower.js';
import type { TextBlock } from './text-block.js';
import type { TextTower } from './text-tower.js';
import { residentEmbedding, type TokenEmbedding } from './token-embedding.js';

/**
 * `at` is `qllama.model`. Streamed: the layers and the rows of the token table are read when they are used.
 */
export function readTextTower(
  at: Scope,
  config: QLlamaConfig,
  residency: Residency = 'resident',
): Promise<TextTower> {
  const read = (i: number, signal?: AbortSignal) => readTextBlock(at.until(signal).at(`layers.${i}`), config);
  return readTree<TextTower>({
    tokens: () => readTokens(at, config, residency),
    norm: () => at.rmsNorm('norm', config.hiddenSize),
    blocks: () => readBlocks(config.numLayers, read, residency, at.signal),
  });
}

async function readTokens(
  at: Scope,
  { vocabSize, hiddenSize }: QLlamaConfig,
  residency: Residency,
): Promise<TokenEmbedding> {
  const shape = [vocabSize, hiddenSize];
  if (residency === 'resident') return residentEmbedding(await at.tensor('embed_tokens.weight', shape));
  const later = at.until(undefined); // the signal of loading does not end what is read afterwards
  return { vocabSize, rows: (ids) => later.rows('embed_tokens.weight', shape, ids), dispose: () => {} };
}

export function readTextBlock(at: Scope, config: QLlamaConfig): Promise<TextBlock> {
  const { hiddenSize: C, intermediateSize: M } = config;
  return readTree<TextBlock>({
    inputNorm: () => at.rmsNorm('input_layernorm', C),
    selfAttn: () => readSelfAttention(at.at('self_attn'), C),
    postAttentionNorm: () => at.rmsNorm('post_attention_layernorm', C),
    mlp: () => readGatedMlp(at.at('mlp'), C, M),
  });
}

const withoutBias = { bias: false };

function readSelfAttention(at: Scope, C: number): Promise<SelfAttention> {
  return readTree<SelfAttention>({
    qProj: () => at.linear('q_proj', C, C, withoutBias),
    kProj: () => at.linear('k_proj', C, C, withoutBias),
    vProj: () => at.linear('v_proj', C, C, withoutBias),
    oProj: () => at.linear('o_proj', C, C, withoutBias),
  });
}

function readGatedMlp(at: Scope, C: number, M: number): Promise<GatedMlp> {
  return readTree<GatedMlp>({
    gateProj: () => at.linear('gate_proj', C, M, withoutBias),
    upProj: () => at.linear('up_proj', C, M, withoutBias),
    downProj: () => at.linear('down_proj', M, C, withoutBias),
  });
}

/** `root` is the root of the checkpoint: the query tokens lie beside `qllama`, not in it. */
export function readQueryTower(
  root: Scope,
  config: QLlamaConfig,
  residency: Residency = 'resident',
): Promise<QueryTower> {
  const at = root.at('qllama.model');
  const read = (i: number, signal?: AbortSignal) =>
    readQueryBlock(at.until(signal).at(`layers.${i}`), config, i);
  return readTree<QueryTower>({
    queryTokens: () => root.tensor('query_tokens', [1, config.numQueries, config.hiddenSize]),
    norm: () => at.rmsNorm('norm', config.hiddenSize),
    blocks: () => readBlocks(config.numLayers, read, residency, at.signal),
  });
}

/** Layer `i`: LLaMA's, with a cross-attention where `i` is a multiple of the configured frequency. */
export async function readQueryBlock(at: Scope, config: QLlamaConfig, i: number): Promise<QueryBlock> {
  if (i % config.crossAttentionFrequency !== 0) return readTextBlock(at, config);
  const { layer, crossAttn } = await readTree({
    layer: () => readTextBlock(at, config),
    crossAttn: () => readCrossAttention(at.at('cross_attn'), config),
  });
  return { ...layer, crossAttn };
}

function readCrossAttention(at: Scope, config: QLlamaConfig): Promise<CrossAttention> {
  const { hiddenSize: C, visionHiddenSize: W } = config;
  return readTree<CrossAttention>({
    norm1: () => at.rmsNorm('norm1', C),
    norm2: () => at.rmsNorm('norm2', W),
    qProj: () => at.linear('q_proj', C, C, withoutBias),
    kProj: () => at.linear('k_proj', W, C, withoutBias),
    vProj: () => at.linear('v_proj', W, C, withoutBias),
    oProj: () => at.linear('o_proj', C, C, withoutBias),
  });
}

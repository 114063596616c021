/** Where QLLaMA's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import type { LlamaBlock } from '../llama/block.js';
import { readLanguageHead, readLlamaBlock, readTokens } from '../llama/weights.js';
import { type Blocks, type Residency, readBlocks } from '../nn/blocks.js';
import { readTree } from '../nn/tree.js';
import type { QLlamaConfig } from './config.js';
import type { CrossAttention } from './cross-attention.js';
import type { QLlama } from './qllama.js';
import type { QueryBlock } from './query-block.js';
import type { QueryTower } from './query-tower.js';
import type { TextTower } from './text-tower.js';

/**
 * The whole of QLLaMA. Resident: its layers are in memory once. Streamed: text passes through layers that are read
 * without their cross-attention.
 */
export async function readQLlama(root: Scope, config: QLlamaConfig, residency: Residency): Promise<QLlama> {
  const { queries, tokens, head } = await readTree({
    queries: () => readQueryTower(root, config, residency),
    tokens: () => readTokens(root.at('qllama.model'), config, residency),
    head: () => readLanguageHead(root.at('qllama'), config, residency),
  });
  const { norm } = queries;
  const blocks =
    residency === 'resident'
      ? queries.blocks
      : await readTextBlocks(root.at('qllama.model'), config, residency);
  return { queries, text: { tokens, norm, blocks }, head };
}

/**
 * `at` is `qllama.model`. Streamed: the layers and the rows of the token table are read when they are used.
 */
export function readTextTower(
  at: Scope,
  config: QLlamaConfig,
  residency: Residency = 'resident',
): Promise<TextTower> {
  return readTree<TextTower>({
    tokens: () => readTokens(at, config, residency),
    norm: () => at.rmsNorm('norm', config.hiddenSize),
    blocks: () => readTextBlocks(at, config, residency),
  });
}

function readTextBlocks(at: Scope, config: QLlamaConfig, residency: Residency): Promise<Blocks<LlamaBlock>> {
  const read = (i: number, signal?: AbortSignal) =>
    readLlamaBlock(at.until(signal).at(`layers.${i}`), config);
  return readBlocks(config.numLayers, read, residency, at.signal);
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
  if (i % config.crossAttentionFrequency !== 0) return readLlamaBlock(at, config);
  const { layer, crossAttn } = await readTree({
    layer: () => readLlamaBlock(at, config),
    crossAttn: () => readCrossAttention(at.at('cross_attn'), config),
  });
  return { ...layer, crossAttn };
}

const withoutBias = { bias: false };

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

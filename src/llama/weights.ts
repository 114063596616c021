/** Where a LLaMA's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import { type Residency, readBlocks } from '../nn/blocks.js';
import type { Linear } from '../nn/linear.js';
import { readTree } from '../nn/tree.js';
import type { SelfAttention } from './attention.js';
import type { LlamaBlock } from './block.js';
import { keyValueWidth, type LlamaConfig } from './config.js';
import type { LanguageHead } from './language-head.js';
import type { LanguageModel } from './language-model.js';
import type { GatedMlp } from './mlp.js';
import { residentEmbedding, type TokenEmbedding } from './token-embedding.js';

/** `root` holds `model` and `lm_head`. Streamed: layers, head and token table are read when they are used. */
export function readLanguageModel(
  root: Scope,
  config: LlamaConfig,
  residency: Residency = 'resident',
): Promise<LanguageModel> {
  const at = root.at('model');
  const read = (i: number, signal?: AbortSignal) =>
    readLlamaBlock(at.until(signal).at(`layers.${i}`), config);
  return readTree<LanguageModel>({
    tokens: () => readTokens(at, config, residency),
    norm: () => at.rmsNorm('norm', config.hiddenSize),
    blocks: () => readBlocks(config.numLayers, read, residency, at.signal),
    head: () => readLanguageHead(root, config, residency),
  });
}

/** `at.embed_tokens`: in memory, or read by row. */
export async function readTokens(
  at: Scope,
  { vocabSize, hiddenSize }: LlamaConfig,
  residency: Residency,
): Promise<TokenEmbedding> {
  const shape = [vocabSize, hiddenSize];
  if (residency === 'resident') return residentEmbedding(await at.tensor('embed_tokens.weight', shape));
  const later = at.until(undefined); // the signal of loading does not end what is read afterwards
  return { vocabSize, rows: (ids) => later.rows('embed_tokens.weight', shape, ids), dispose: () => {} };
}

/** Values of a part of a streamed language head: 7 parts at full size, each a sixth of a layer. */
const PART_VALUES = 2 ** 25;

/** `root.lm_head`: whole, or some rows at a time. */
export function readLanguageHead(
  root: Scope,
  { vocabSize, hiddenSize }: LlamaConfig,
  residency: Residency,
): Promise<LanguageHead> {
  const rows = residency === 'resident' ? vocabSize : Math.max(1, Math.floor(PART_VALUES / hiddenSize));
  const read = (i: number, signal?: AbortSignal): Promise<Linear> => {
    const start = i * rows;
    const part = { start, count: Math.min(rows, vocabSize - start) };
    return root.until(signal).linearPart('lm_head', hiddenSize, vocabSize, part);
  };
  return readBlocks(Math.ceil(vocabSize / rows), read, residency, root.signal);
}

/** One layer; `at` is `layers.i`. */
export function readLlamaBlock(at: Scope, config: LlamaConfig): Promise<LlamaBlock> {
  const { hiddenSize: C, intermediateSize: M } = config;
  return readTree<LlamaBlock>({
    inputNorm: () => at.rmsNorm('input_layernorm', C),
    selfAttn: () => readSelfAttention(at.at('self_attn'), config),
    postAttentionNorm: () => at.rmsNorm('post_attention_layernorm', C),
    mlp: () => readGatedMlp(at.at('mlp'), C, M),
  });
}

const withoutBias = { bias: false };

function readSelfAttention(at: Scope, config: LlamaConfig): Promise<SelfAttention> {
  const C = config.hiddenSize;
  return readTree<SelfAttention>({
    qProj: () => at.linear('q_proj', C, C, withoutBias),
    kProj: () => at.linear('k_proj', C, keyValueWidth(config), withoutBias),
    vProj: () => at.linear('v_proj', C, keyValueWidth(config), withoutBias),
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

/** Where the contrastive heads lie in an official checkpoint, and the whole of InternVL-C read together. */
import type { Scope } from '../checkpoint/scope.js';
import type { Residency } from '../nn/blocks.js';
import type { Linear } from '../nn/linear.js';
import { readTree } from '../nn/tree.js';
import { readQLlama, readQueryTower, readTextTower } from '../qllama/weights.js';
import { readInternVit } from '../vision/weights.js';
import type { AttentionPool } from './attention-pool.js';
import type { InternVLConfig } from './config.js';
import type { InternVLC } from './internvl-c.js';
import type { GenerativeImageHead, InternVLG } from './internvl-g.js';

export interface ReadOptions {
  /** `stream` keeps one block in memory at a time; `resident` (the default) all of them. */
  readonly memory?: Residency;
}

/**
 * Reads every tensor InternVL-C needs; those of InternVL-G (queries, cross-attention, second pool) are left
 * alone. When one is missing or of another shape, nothing stays in memory.
 */
export function readInternVLC(
  root: Scope,
  config: InternVLConfig,
  { memory = 'resident' }: ReadOptions = {},
): Promise<InternVLC> {
  const { clipEmbedDim: E, qllama, vision } = config;
  return readTree<InternVLC>({
    vision: () => readInternVit(root.at('vision_model'), vision, memory),
    clipProjector: () => readAttentionPool(root.at('clip_projector'), vision.hiddenSize, E),
    text: () => readTextTower(root.at('qllama.model'), qllama, memory),
    textProjection: () => root.tensor('text_projection', [qllama.hiddenSize, E]),
    logitScale: () => root.tensor('logit_scale', []),
  });
}

/** Reads every tensor of InternVL-G, which has all of InternVL-C's. When one is missing, nothing stays in memory. */
export async function readInternVLG(
  root: Scope,
  config: InternVLConfig,
  { memory = 'resident' }: ReadOptions = {},
): Promise<InternVLG> {
  const { clipEmbedDim: E, qllama, vision } = config;
  const { qllama: language, ...heads } = await readTree({
    vision: () => readInternVit(root.at('vision_model'), vision, memory),
    clipProjector: () => readAttentionPool(root.at('clip_projector'), vision.hiddenSize, E),
    clipProjector2: () => readAttentionPool(root.at('clip_projector2'), qllama.hiddenSize, E),
    qllama: () => readQLlama(root, qllama, memory),
    textProjection: () => root.tensor('text_projection', [qllama.hiddenSize, E]),
    logitScale: () => root.tensor('logit_scale', []),
    itmHead: () => root.linear('itm_head', qllama.hiddenSize, 2),
  });
  return { ...heads, ...language };
}

/** `clip_projector` (over InternViT's tokens) or `clip_projector2` (over the queries): C wide, E out. */
export function readAttentionPool(at: Scope, C: number, E: number): Promise<AttentionPool> {
  const attention = at.at('cross_attn');
  return readTree<AttentionPool>({
    normQ: () => at.layerNorm('norm1_q', C),
    normK: () => at.layerNorm('norm1_k', C),
    normV: () => at.layerNorm('norm1_v', C),
    q: () => readProjection(attention, 'q', C),
    k: () => readProjection(attention, 'k', C),
    v: () => readProjection(attention, 'v', C),
    proj: () => attention.linear('proj', C, E),
  });
}

/** InternVL-G's part of the image side, over a first pool that is read already and stays the caller's. */
export async function readGenerativeImageHead(
  root: Scope,
  config: InternVLConfig,
  clipProjector: AttentionPool,
  { memory = 'stream' }: ReadOptions = {},
): Promise<GenerativeImageHead> {
  const at = root.at('clip_projector2');
  const own = await readTree<Omit<GenerativeImageHead, 'clipProjector'>>({
    clipProjector2: () => readAttentionPool(at, config.qllama.hiddenSize, config.clipEmbedDim),
    queries: () => readQueryTower(root, config.qllama, memory),
  });
  return { clipProjector, ...own };
}

/** Its bias is `q_bias`, not `q.bias`: a parameter of its own in the official block. */
function readProjection(at: Scope, name: string, C: number): Promise<Linear> {
  return readTree<Linear>({
    weight: async () => (await at.linear(name, C, C, { bias: false })).weight,
    bias: () => at.tensor(`${name}_bias`, [C]),
  });
}

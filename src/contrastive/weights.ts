/** Where the contrastive heads lie in an official checkpoint, and the whole of InternVL-C read together. */
import type { Scope } from '../checkpoint/scope.js';
import type { Linear } from '../nn/linear.js';
import { disposeTree } from '../nn/tree.js';
import { readTextTower } from '../qllama/weights.js';
import { type Residency, readInternVit } from '../vision/weights.js';
import type { AttentionPool } from './attention-pool.js';
import type { InternVLConfig } from './config.js';
import type { InternVLC } from './internvl-c.js';

export interface ReadOptions {
  /** `stream` keeps one block in memory at a time; `resident` (the default) all of them. */
  readonly memory?: Residency;
}

/** Reads every tensor InternVL-C needs; those of InternVL-G (queries, cross-attention, second pool) are left alone. */
export async function readInternVLC(
  root: Scope,
  config: InternVLConfig,
  { memory = 'resident' }: ReadOptions = {},
): Promise<InternVLC> {
  const { clipEmbedDim: E, qllama, vision } = config;
  return {
    vision: await readInternVit(root.at('vision_model'), vision, memory),
    clipProjector: await readAttentionPool(root.at('clip_projector'), vision.hiddenSize, E),
    text: await readTextTower(root.at('qllama.model'), qllama, memory),
    textProjection: await root.tensor('text_projection', [qllama.hiddenSize, E]),
    logitScale: await root.tensor('logit_scale', []),
  };
}

/** `clip_projector` (over InternViT's tokens) or `clip_projector2` (over the queries): C wide, E out. */
export async function readAttentionPool(at: Scope, C: number, E: number): Promise<AttentionPool> {
  const attention = at.at('cross_attn');
  const withOwnBias = async (name: string): Promise<Linear> => ({
    ...(await attention.linear(name, C, C, { bias: false })),
    bias: await attention.tensor(`${name}_bias`, [C]), // not `q.bias`: a parameter of its own in the official block
  });
  return {
    normQ: await at.layerNorm('norm1_q', C),
    normK: await at.layerNorm('norm1_k', C),
    normV: await at.layerNorm('norm1_v', C),
    q: await withOwnBias('q'),
    k: await withOwnBias('k'),
    v: await withOwnBias('v'),
    proj: await attention.linear('proj', C, E),
  };
}

/** Frees all that `readInternVLC` made. */
export function disposeInternVLC(params: InternVLC): void {
  params.vision.blocks.dispose();
  params.text.blocks.dispose();
  params.text.tokens.dispose();
  disposeTree([params.vision.embeddings, params.clipProjector, params.text.norm]);
  disposeTree([params.textProjection, params.logitScale]);
}

/**
 * Where the model looks: attention weights over the patches of one picture. q and k come from the forward itself,
 * through a tap, so that a map shows the very attention that gave the answer.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type AttentionPool, attentionPool } from '../contrastive/attention-pool.js';
import { type InternVLConfig, inputSize } from '../contrastive/config.js';
import { toPixels } from '../image/normalize.js';
import type { RgbImage } from '../image/rgb-image.js';
import { applyTransform, type TransformName } from '../image/transform.js';
import type { Blocks } from '../nn/blocks.js';
import { type Tap, tapUnder } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import { type QueryTower, queryStates } from '../qllama/query-tower.js';
import { type InternVit, internVit } from '../vision/internvit.js';
import {
  type AttentionMap,
  type AttentionTarget,
  type Look,
  lookOf,
  type PatchGrid,
} from './attention-target.js';
import { attentionWeights, meanOfHeads } from './attention-weights.js';

/** The parts of a model that look at pictures. */
export interface LookingParts {
  readonly vision: InternVit;
  readonly clipProjector: AttentionPool;
  /** Only models with generative weights have them. */
  readonly queries?: QueryTower | undefined;
}

/** How a picture becomes pixels, and what may end the forward. */
export interface AttentionOptions extends Pick<TowerOptions, 'signal' | 'onBlock'> {
  readonly transform?: TransformName | undefined;
}

/** `attentionMaps` of a picture of any size, which becomes a square as for an answer. */
export async function attentionOfPicture(
  config: InternVLConfig,
  params: LookingParts,
  picture: RgbImage,
  targets: readonly AttentionTarget[],
  { transform = 'classification', ...options }: AttentionOptions = {},
): Promise<AttentionMap[]> {
  const size = inputSize(config);
  const square = applyTransform(picture, transform, size);
  const pixels = tf.tensor4d(toPixels(square, transform), [1, size, size, 3]);
  try {
    return await attentionMaps(config, params, pixels, targets, options);
  } finally {
    pixels.dispose();
  }
}

/**
 * One map a target, from one forward of the picture, which ends at the deepest block that is asked for:
 * [1, Y, X, 3] → [gridY, gridX] each.
 *
 * @throws RangeError for a block, head, patch or query that the model does not have; Error when a query is asked
 *   of a model without them.
 */
export async function attentionMaps(
  config: InternVLConfig,
  params: LookingParts,
  pixels: Tensor<'B Y X 3'>,
  targets: readonly AttentionTarget[],
  options: Omit<AttentionOptions, 'transform'> = {},
): Promise<AttentionMap[]> {
  const [, Y, X] = sizes(pixels, 'B Y X 3', { B: 1 });
  if (targets.length === 0) throw new RangeError('expected something to look at, got no targets');
  const grid = { gridY: Y / config.vision.patchSize, gridX: X / config.vision.patchSize };
  const looks = targets.map((target) => lookOf(config, grid, target));
  const kept = keepValues(looks.flatMap(({ q, k }) => [q, k]));
  try {
    await runUntilSeen(config, params, pixels, looks, { ...options, tap: kept.tap });
    return await Promise.all(looks.map((look) => mapOf(look, grid, kept.seen)));
  } finally {
    kept.dispose();
  }
}

/** Runs as much of the model as the looks need. */
async function runUntilSeen(
  config: InternVLConfig,
  { vision, clipProjector, queries }: LookingParts,
  pixels: Tensor<'B Y X 3'>,
  looks: readonly Look[],
  options: TowerOptions,
): Promise<void> {
  const depthOf = (part: Look['part']): number =>
    Math.max(0, ...looks.filter((look) => look.part === part).map(({ depth }) => depth + 1));
  const [poolDepth, queryDepth] = [depthOf('pool'), depthOf('query')];
  if (queryDepth > 0 && !queries)
    throw new Error('expected a model with queries (InternVL-G), got one without; pool and vit can be shown');
  const blocks = poolDepth + queryDepth > 0 ? vision.blocks : firstBlocks(vision.blocks, depthOf('vit'));
  const told = (before: number): TowerOptions => {
    const total = blocks.length + queryDepth;
    return { ...options, onBlock: (done) => options.onBlock?.(before + done, total) };
  };
  const tokens = await internVit(config.vision, { ...vision, blocks }, pixels, told(0));
  try {
    const tap = tapUnder(options.tap, 'clip_projector');
    if (poolDepth > 0) attentionPool(clipProjector, tokens, config.attnPoolNumHeads, tap).dispose();
    if (queries && queryDepth > 0) {
      const layers = { ...queries, blocks: firstBlocks(queries.blocks, queryDepth) };
      (await queryStates(config.qllama, layers, tokens as tf.Tensor, told(blocks.length))).dispose();
    }
  } finally {
    tokens.dispose();
  }
}

async function mapOf(
  { caption, ...look }: Look,
  grid: PatchGrid,
  seen: (name: string) => Tensor<'1 T C'>,
): Promise<AttentionMap> {
  const N = 1 + grid.gridY * grid.gridX;
  const [, , C] = sizes(seen(look.k), '1 T C', { T: N });
  const [q, k] = [await seen(look.q).data(), await seen(look.k).data()];
  const heads = attentionWeights(q.subarray(look.row * C, (look.row + 1) * C), k, look.numHeads);
  const weights = meanOfHeads(look.head === undefined ? heads : heads.slice(look.head, look.head + 1));
  return { ...grid, patches: weights.slice(1), classToken: weights[0] ?? 0, ...caption };
}

/** The first `count` (1 or more) of the blocks, lent as they are. */
function firstBlocks<Params>(blocks: Blocks<Params>, count: number): Blocks<Params> {
  return {
    length: count,
    async *inOrder(signal) {
      let lent = 0;
      for await (const params of blocks.inOrder(signal)) {
        yield params;
        if (++lent === count) return;
      }
    },
    dispose: () => blocks.dispose(),
  };
}

/** A tap that keeps copies of the named values. */
function keepValues(names: readonly string[]) {
  const values = new Map<string, tf.Tensor>();
  const tap: Tap = (name, x) => {
    if (names.includes(name)) values.set(name, tf.keep(x.clone()));
  };
  const seen = (name: string): Tensor<'1 T C'> => {
    const value = values.get(name);
    if (!value) throw new Error(`expected the forward to show ${name}, got no such trace point`);
    return value;
  };
  return { tap, seen, dispose: () => disposeTree([...values.values()]) };
}

/** Which attention is to be shown: a part of the model, a head of it, and the token that looks. */
import type { InternVLConfig } from '../contrastive/config.js';

/** The attention pool's one query, the mean of all tokens. */
export interface PoolTarget {
  readonly part: 'pool';
  /** The mean of all heads when left out. */
  readonly head?: number | undefined;
}

/** A token of a block of InternViT. */
export interface VitTarget {
  readonly part: 'vit';
  /** The last one when left out. */
  readonly block?: number | undefined;
  readonly head?: number | undefined;
  /** The patch that looks; the class token when left out. */
  readonly patch?: Patch | undefined;
}

/** A learned query of QLLaMA in a layer that sees the picture. */
export interface QueryTarget {
  readonly part: 'query';
  readonly index: number;
  /** The last one with a cross-attention when left out. */
  readonly layer?: number | undefined;
  readonly head?: number | undefined;
}

export type AttentionTarget = PoolTarget | VitTarget | QueryTarget;

export interface Patch {
  readonly row: number;
  readonly column: number;
}

/** Patches of the picture: rows × columns. */
export interface PatchGrid {
  readonly gridY: number;
  readonly gridX: number;
}

/** A target with every choice made: where a tap sees q and k, and which row of q looks. */
export interface Look {
  readonly part: AttentionTarget['part'];
  /** The block of InternViT or layer of QLLaMA; the pool has none. */
  readonly depth: number;
  /** Trace points of q [1, T, C] and k [1, N, C]. */
  readonly q: string;
  readonly k: string;
  /** Index of the looking token among T. */
  readonly row: number;
  readonly numHeads: number;
  readonly head: number | undefined;
  readonly caption: Caption;
}

/** What is shown, in words. */
export interface Caption {
  /** `vit block 3, from patch 2,5` */
  readonly name: string;
  /** `head 1` or `mean of 2 heads` */
  readonly heads: string;
  /** The patch that looks, if one does. */
  readonly from?: Patch | undefined;
}

/** Shares of one token's attention: `patches` and `classToken` sum to 1. */
export interface AttentionMap extends PatchGrid, Caption {
  /** Row by row: [gridY, gridX]. */
  readonly patches: Float64Array;
  readonly classToken: number;
}

/**
 * Fills in the defaults of `target` and checks it against the model and the grid of its picture.
 *
 * @throws RangeError `expected a block below 4, got 9`; TypeError for an unknown part.
 */
export function lookOf(config: InternVLConfig, grid: PatchGrid, target: AttentionTarget): Look {
  switch (target.part) {
    case 'pool':
      return poolLook(config, target);
    case 'vit':
      return vitLook(config, grid, target);
    case 'query':
      return queryLook(config, target);
    default:
      throw new TypeError(`expected a part pool, vit or query, got ${String((target as PoolTarget).part)}`);
  }
}

function poolLook({ attnPoolNumHeads: numHeads }: InternVLConfig, { head }: PoolTarget): Look {
  const caption = { name: 'pool', heads: headName(numHeads, head) };
  return {
    part: 'pool',
    depth: 0,
    q: 'clip_projector.q',
    k: 'clip_projector.k',
    row: 0,
    numHeads,
    head,
    caption,
  };
}

function vitLook({ vision }: InternVLConfig, { gridY, gridX }: PatchGrid, target: VitTarget): Look {
  const { numHeads, numLayers } = vision;
  const { block = numLayers - 1, head, patch } = target;
  checkBelow('a block', block, numLayers);
  if (patch) {
    checkBelow('a row of patches', patch.row, gridY);
    checkBelow('a column of patches', patch.column, gridX);
  }
  const row = patch ? 1 + patch.row * gridX + patch.column : 0; // the class token stands in front
  const from = patch ? `, from patch ${patch.row},${patch.column}` : '';
  const caption = { name: `vit block ${block}${from}`, heads: headName(numHeads, head), from: patch };
  const at = `block.${block}`;
  return { part: 'vit', depth: block, q: `${at}.q_norm`, k: `${at}.k_norm`, row, numHeads, head, caption };
}

function queryLook({ qllama }: InternVLConfig, target: QueryTarget): Look {
  const { numQueries, numLayers, numHeads, crossAttentionFrequency: every } = qllama;
  const { index, layer = numLayers - 1 - ((numLayers - 1) % every), head } = target;
  checkBelow('a query', index, numQueries);
  checkBelow('a layer', layer, numLayers);
  if (layer % every !== 0)
    throw new RangeError(`expected a layer that sees the picture (a multiple of ${every}), got ${layer}`);
  const caption = { name: `query ${index}, layer ${layer}`, heads: headName(numHeads, head) };
  const at = `layer.${layer}.cross_attn`;
  return { part: 'query', depth: layer, q: `${at}.q`, k: `${at}.k`, row: index, numHeads, head, caption };
}

function headName(numHeads: number, head: number | undefined): string {
  if (head === undefined) return numHeads === 1 ? 'its one head' : `mean of ${numHeads} heads`;
  checkBelow('a head', head, numHeads);
  return `head ${head}`;
}

function checkBelow(what: string, value: number, limit: number): void {
  if (Number.isInteger(value) && value >= 0 && value < limit) return;
  throw new RangeError(`expected ${what} below ${limit}, got ${value}`);
}

/** Where InternViT's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import { type Blocks, type Residency, readBlocks } from '../nn/blocks.js';
import { readTree } from '../nn/tree.js';
import type { Attention } from './attention.js';
import type { Block } from './block.js';
import { gridSide, type InternVitConfig } from './config.js';
import type { InternVit } from './internvit.js';
import type { Mlp } from './mlp.js';
import type { Embeddings } from './patch-embed.js';

/** `at` is the root of the tower: `vision_model` in InternVL-14B, the root itself in InternViT-6B. */
export function readInternVit(
  at: Scope,
  config: InternVitConfig,
  residency: Residency = 'resident',
): Promise<InternVit> {
  return readTree<InternVit>({
    embeddings: () => readEmbeddings(at.at('embeddings'), config),
    blocks: () => readVisionBlocks(at, config, residency),
  });
}

export function readVisionBlocks(
  at: Scope,
  config: InternVitConfig,
  residency: Residency,
): Promise<Blocks<Block>> {
  const read = (i: number, signal?: AbortSignal) =>
    readBlock(at.until(signal).at(`encoder.layers.${i}`), config);
  return readBlocks(config.numLayers, read, residency, at.signal);
}

function readEmbeddings(at: Scope, config: InternVitConfig): Promise<Embeddings> {
  const { hiddenSize: C, patchSize: P, numChannels } = config;
  return readTree<Embeddings>({
    classEmbedding: () => at.tensor('class_embedding', [1, 1, C]),
    positionEmbedding: () => at.tensor('position_embedding', [1, positionRows(at, config), C]),
    patchEmbedding: () => at.kernel('patch_embedding', [numChannels, P, P], C),
  });
}

/**
 * The table's size comes from the file: a model fine-tuned at 364 px holds 677 rows beside
 * `image_size: 224`.
 */
function positionRows(at: Scope, config: InternVitConfig): number {
  return at.shapeOf('position_embedding')?.[1] ?? gridSide(config) ** 2 + 1;
}

export function readBlock(at: Scope, config: InternVitConfig): Promise<Block> {
  const { hiddenSize: C, intermediateSize: M } = config;
  return readTree<Block>({
    norm1: () => at.rmsNorm('norm1', C),
    attn: () => readAttention(at.at('attn'), config),
    ls1: () => at.tensor('ls1', [C]),
    norm2: () => at.rmsNorm('norm2', C),
    mlp: () =>
      readTree<Mlp>({ fc1: () => at.linear('mlp.fc1', C, M), fc2: () => at.linear('mlp.fc2', M, C) }),
    ls2: () => at.tensor('ls2', [C]),
  });
}

function readAttention(at: Scope, config: InternVitConfig): Promise<Attention> {
  const C = config.hiddenSize;
  const norms = { qNorm: () => at.rmsNorm('q_norm', C), kNorm: () => at.rmsNorm('k_norm', C) };
  return readTree<Attention>({
    qkv: () => at.linear('qkv', C, 3 * C, { bias: config.qkvBias }),
    ...(config.qkNormalization ? norms : {}),
    proj: () => at.linear('proj', C, C),
  });
}

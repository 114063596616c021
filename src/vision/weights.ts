/** Where InternViT's parameters lie in an official checkpoint, and of which shape they must be. */
import type { Scope } from '../checkpoint/scope.js';
import { type Blocks, residentBlocks, streamedBlocks } from '../nn/blocks.js';
import type { Attention } from './attention.js';
import type { Block } from './block.js';
import { gridSide, type InternVitConfig } from './config.js';
import type { InternVit } from './internvit.js';
import type { Embeddings } from './patch-embed.js';

/** Resident: all blocks in memory from the start. Stream: one at a time, read when it is used. */
export type Residency = 'resident' | 'stream';

/** `at` is the root of the tower: `vision_model` in InternVL-14B, the root itself in InternViT-6B. */
export async function readInternVit(
  at: Scope,
  config: InternVitConfig,
  residency: Residency = 'resident',
): Promise<InternVit> {
  const embeddings = await readEmbeddings(at.at('embeddings'), config);
  return { embeddings, blocks: await readVisionBlocks(at, config, residency) };
}

export async function readVisionBlocks(
  at: Scope,
  config: InternVitConfig,
  residency: Residency,
): Promise<Blocks<Block>> {
  const read = (i: number) => readBlock(at.at(`encoder.layers.${i}`), config);
  if (residency === 'stream') return streamedBlocks(config.numLayers, read);
  const blocks: Block[] = [];
  for (let i = 0; i < config.numLayers; i++) blocks.push(await read(i));
  return residentBlocks(blocks);
}

async function readEmbeddings(at: Scope, config: InternVitConfig): Promise<Embeddings> {
  const { hiddenSize: C, patchSize: P, numChannels } = config;
  return {
    classEmbedding: await at.tensor('class_embedding', [1, 1, C]),
    positionEmbedding: await at.tensor('position_embedding', [1, positionRows(at, config), C]),
    patchEmbedding: await at.kernel('patch_embedding', [numChannels, P, P], C),
  };
}

/** The table's size comes from the file: a model fine-tuned at 364 px holds 677 rows beside `image_size: 224`. */
function positionRows(at: Scope, config: InternVitConfig): number {
  return at.shapeOf('position_embedding')?.[1] ?? gridSide(config) ** 2 + 1;
}

export async function readBlock(at: Scope, config: InternVitConfig): Promise<Block> {
  const { hiddenSize: C, intermediateSize: M } = config;
  return {
    norm1: await at.rmsNorm('norm1', C),
    attn: await readAttention(at.at('attn'), config),
    ls1: await at.tensor('ls1', [C]),
    norm2: await at.rmsNorm('norm2', C),
    mlp: { fc1: await at.linear('mlp.fc1', C, M), fc2: await at.linear('mlp.fc2', M, C) },
    ls2: await at.tensor('ls2', [C]),
  };
}

async function readAttention(at: Scope, config: InternVitConfig): Promise<Attention> {
  const C = config.hiddenSize;
  const qkv = await at.linear('qkv', C, 3 * C, { bias: config.qkvBias });
  const proj = await at.linear('proj', C, C);
  if (!config.qkNormalization) return { qkv, proj };
  return { qkv, qNorm: await at.rmsNorm('q_norm', C), kNorm: await at.rmsNorm('k_norm', C), proj };
}

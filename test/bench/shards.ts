/** Blocks of InternViT-6B on disk: bf16 in safetensors shards with an index, as in the official checkpoint. */
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import type { TensorToWrite } from '../../src/checkpoint/safetensors-bytes.js';
import { indexJson, type Shard } from '../../src/checkpoint/shard-plan.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { elementCount } from '../../src/checkpoint/tensor-source.js';
import { writeSafetensors } from '../../src/checkpoint/write-safetensors.js';
import { internVit6B } from '../../src/vision/config.js';

const SEED = 1;

/** The tensors of one block, by their names below it. */
export function blockTensors(): Readonly<Record<string, readonly number[]>> {
  const { hiddenSize: C, intermediateSize: M } = internVit6B;
  return {
    ...{ 'norm1.weight': [C], 'norm2.weight': [C], ls1: [C], ls2: [C] },
    ...{ 'attn.qkv.weight': [3 * C, C], 'attn.q_norm.weight': [C], 'attn.k_norm.weight': [C] },
    ...{ 'attn.proj.weight': [C, C], 'attn.proj.bias': [C] },
    ...{ 'mlp.fc1.weight': [M, C], 'mlp.fc1.bias': [M], 'mlp.fc2.weight': [C, M], 'mlp.fc2.bias': [C] },
  };
}

export const BLOCK_BYTES = Object.values(blockTensors()).reduce(
  (sum, shape) => sum + 2 * elementCount(shape),
  0,
);

/** How many blocks fit into half of what is free in `folder`: at most all of them, at least two to take turns. */
export async function blocksThatFit(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const fitting = Math.floor((bavail * bsize) / 2 / BLOCK_BYTES);
  return Math.max(2, Math.min(fitting, internVit6B.numLayers));
}

const written = new Map<string, Promise<void>>();

/** Writes `blocks` blocks into the new folder, once a process. It is removed when the process ends. */
export function writeShards(folder: string, blocks: number, progress: (text: string) => void): Promise<void> {
  const known = written.get(folder);
  if (known) return known;
  mkdirSync(folder, { recursive: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const writing = write(folder, blocks, progress);
  written.set(folder, writing);
  return writing;
}

async function write(folder: string, blocks: number, progress: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = syntheticWeights(SEED);
  const shards: Shard<TensorToWrite>[] = [];
  for (let i = 0; i < blocks; i++) {
    progress(`writing block ${i + 1} of ${blocks}`);
    const file = `model-${number(i + 1)}-of-${number(blocks)}.safetensors`;
    const tensors = Object.entries(blockTensors()).map(([name, shape]) =>
      bf16Tensor(source, `encoder.layers.${i}.${name}`, shape),
    );
    await writeSafetensors(join(folder, file), tensors);
    shards.push({ file, tensors });
  }
  await writeFile(join(folder, 'model.safetensors.index.json'), indexJson(shards, blocks * BLOCK_BYTES));
}

const number = (i: number): string => String(i).padStart(5, '0');

function bf16Tensor(source: FloatSource, name: string, shape: readonly number[]): TensorToWrite {
  const pieces = async function* () {
    const bytes = new Uint8Array(2 * elementCount(shape));
    await source.stored?.(name, shape).fill(bytes);
    yield bytes;
  };
  return { name, dtype: 'BF16', shape, pieces };
}

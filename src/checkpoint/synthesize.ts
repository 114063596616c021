/** A checkpoint of synthetic weights on disk: the shards and index of a real one, of any size. Node only. */
import { join } from 'node:path';

import { writeAtomically, writeTextAtomically } from './atomic-file.js';
import { buildFolder, checkRoom } from './new-folder.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import { indexJson, planShards, type Shard } from './shard-plan.js';
import { type SyntheticFill, syntheticFill } from './synthetic-fill.js';
import { checkSeed, syntheticKey, syntheticRange } from './synthetic-weights.js';
import { elementCount } from './tensor-source.js';
import { writeSafetensors } from './write-safetensors.js';

export interface SynthesizeOptions {
  readonly seed: number;
  /** Largest shard in bytes of tensors; default 10 GB, with which InternVL-14B has the three shards of the hub. */
  readonly maxShardBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (writtenBytes: number, totalBytes: number) => void;
}

export interface SynthesizeReport {
  readonly folder: string;
  /** Files of tensors, then the index (if any), then the others. */
  readonly files: readonly string[];
  readonly tensors: number;
  readonly parameters: number;
  /** Bytes of the tensors. */
  readonly bytes: number;
}

/** What stands beside the tensors, by file name. */
export type OtherFiles = Readonly<Record<string, Uint8Array | string>>;

/** Bytes that are made and written at a time. */
const PIECE = 2 ** 24;
const INDEX = 'model.safetensors.index.json';

/**
 * Writes tensors of these names and shapes in bf16 by the synthetic rule, and the other files, into the new folder
 * `target`. The same arguments give the same bytes. The folder appears when it is complete.
 *
 * @throws RangeError for a seed that is no 32-bit number; Error when `target` exists and is not empty, and when the
 *   disk has too little room.
 */
export async function synthesizeCheckpoint(
  target: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  others: OtherFiles,
  options: SynthesizeOptions,
): Promise<SynthesizeReport> {
  checkSeed(options.seed);
  const parameters = [...shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0);
  const fill = syntheticFill();
  const buffer = new Uint8Array(PIECE);
  const tensors = [...shapes].map(([name, shape]) =>
    tensorToWrite(name, shape, options.seed, { fill, buffer }),
  );
  const shards = planShards(tensors, bytesOf, options.maxShardBytes ?? 10e9);
  const files = [...shards.map(({ file }) => file), ...(shards.length > 1 ? [INDEX] : [])];
  await buildFolder(target, async (folder) => {
    await checkRoom(folder, 2 * parameters);
    await writeShards(shards, folder, 2 * parameters, options);
    if (shards.length > 1) await writeTextAtomically(join(folder, INDEX), indexJson(shards, 2 * parameters));
    for (const [name, content] of Object.entries(others)) await writeWhole(join(folder, name), content);
  });
  const all = [...files, ...Object.keys(others)];
  return { folder: target, files: all, tensors: tensors.length, parameters, bytes: 2 * parameters };
}

/** Its pieces are made one after the other in `buffer`: each is written before the next is asked for. */
function tensorToWrite(
  name: string,
  shape: readonly number[],
  seed: number,
  { fill, buffer }: { fill: SyntheticFill; buffer: Uint8Array },
): TensorToWrite {
  return {
    name,
    dtype: 'BF16',
    shape,
    async *pieces() {
      const sequence = { key: syntheticKey(name, seed), ...syntheticRange(name, shape) };
      const size = 2 * elementCount(shape);
      for (let at = 0; at < size; at += PIECE) {
        const piece = buffer.subarray(0, Math.min(PIECE, size - at));
        await fill(piece, { ...sequence, first: at / 2 });
        yield piece;
      }
    },
  };
}

async function writeShards(
  shards: readonly Shard<TensorToWrite>[],
  folder: string,
  totalBytes: number,
  { onProgress, signal }: SynthesizeOptions,
): Promise<void> {
  let writtenBytes = 0;
  const watched = (tensor: TensorToWrite): TensorToWrite => ({
    ...tensor,
    async *pieces() {
      for await (const piece of tensor.pieces()) {
        yield piece;
        writtenBytes += piece.byteLength;
        onProgress?.(writtenBytes, totalBytes);
      }
    },
  });
  for (const { file, tensors } of shards) {
    await writeSafetensors(join(folder, file), tensors.map(watched), { ...(signal && { signal }) });
  }
}

function writeWhole(path: string, content: Uint8Array | string): Promise<number> {
  return typeof content === 'string' ? writeTextAtomically(path, content) : writeAtomically(path, [content]);
}

const bytesOf = ({ shape }: TensorToWrite): number => 2 * elementCount(shape);

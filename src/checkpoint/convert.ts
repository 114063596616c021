/**
 * Any checkpoint → a folder of safetensors in the official layout, tensor by tensor in little memory. Node
 * only.
 */
import { mkdir, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { besideName, flushFolder, writeTextAtomically } from './atomic-file.js';
import { castTensor } from './cast.js';
import type { FloatDType } from './dtype.js';
import type { Folder } from './folder.js';
import type { HttpOptions } from './http-bytes.js';
import { copyModelFiles } from './model-files.js';
import { isIgnoredName } from './names.js';
import { locate } from './open-checkpoint.js';
import { openFolder } from './open-folder.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import { indexJson, planShards, type Shard } from './shard-plan.js';
import { elementCount, itemSize, type TensorSource } from './tensor-source.js';
import { writeSafetensors } from './write-safetensors.js';

export interface ConvertOptions extends HttpOptions {
  /** Element kind of the floating-point tensors; by default each keeps its own. */
  readonly dtype?: FloatDType;
  /** Largest shard in bytes of tensors; default 5 GB, as the transformers library has it. */
  readonly maxShardBytes?: number;
  readonly onProgress?: (progress: ConvertProgress) => void;
}

export interface ConvertProgress {
  /** The tensor being written. */
  readonly tensor: string;
  readonly writtenBytes: number;
  readonly totalBytes: number;
}

export interface ConvertReport {
  readonly folder: string;
  /** Files of tensors, then the index (if any), then the files copied. */
  readonly files: readonly string[];
  readonly tensors: number;
  readonly bytes: number;
  /** Tensors that a model does not need and that were left out (`inv_freq`, …). */
  readonly ignored: readonly string[];
}

/**
 * Writes the checkpoint at `path` (folder, file or address; any container) as safetensors with official names
 * into the new folder `target`, with an index when there are several shards, and with the model's other
 * files. The folder appears when it is complete; on an error or abort nothing is left behind.
 *
 * @throws Error when `target` exists and is not empty, when the disk has too little room, and for bad input.
 */
export async function convertCheckpoint(
  path: string,
  target: string,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const out = resolve(target);
  await refuseOccupied(out);
  const { folder, file } = await locate(path, options);
  const source = await openFolder(folder, file, options);
  const building = besideName(out);
  try {
    if (source.infos.size === 0) throw new Error(`${path}: expected a checkpoint with tensors, got none`);
    await mkdir(building, { recursive: true });
    const report = await writeFolder(source, folder, building, options);
    await rmdir(out).catch(() => {}); // an empty folder makes room
    await rename(building, out);
    await flushFolder(dirname(out));
    return { ...report, folder: out };
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  } finally {
    await source.close();
  }
}

async function writeFolder(
  source: TensorSource,
  from: Folder,
  to: string,
  options: ConvertOptions,
): Promise<ConvertReport> {
  const infos = [...source.infos.values()];
  const kept = infos.filter(({ name }) => !isIgnoredName(name));
  const tensors = kept.map((info) => castTensor(source, info, options.dtype, options.signal));
  const totalBytes = tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  await checkRoom(to, totalBytes);

  const shards = planShards(tensors, bytesOf, options.maxShardBytes ?? 5e9);
  await writeShards(shards, to, totalBytes, options);
  const index = 'model.safetensors.index.json';
  if (shards.length > 1) await writeTextAtomically(join(to, index), indexJson(shards, totalBytes));
  const written = [...shards.map(({ file }) => file), ...(shards.length > 1 ? [index] : [])];
  return {
    folder: to,
    files: [...written, ...(await copyModelFiles(from, to, options.dtype))],
    tensors: tensors.length,
    bytes: totalBytes,
    ignored: infos.filter((info) => !kept.includes(info)).map(({ name }) => name),
  };
}

async function writeShards(
  shards: readonly Shard<TensorToWrite>[],
  to: string,
  totalBytes: number,
  { onProgress, signal }: ConvertOptions,
): Promise<void> {
  let writtenBytes = 0;
  const watched = (tensor: TensorToWrite): TensorToWrite => ({
    ...tensor,
    async *pieces() {
      for await (const piece of tensor.pieces()) {
        yield piece;
        writtenBytes += piece.byteLength;
        onProgress?.({ tensor: tensor.name, writtenBytes, totalBytes });
      }
    },
  });
  for (const { file, tensors } of shards) {
    await writeSafetensors(join(to, file), tensors.map(watched), { ...(signal && { signal }) });
  }
}

async function refuseOccupied(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${folder}: expected a new or empty folder, got ${error.code ?? error.message}`);
  });
  if (names.length > 0)
    throw new Error(`${folder}: expected a new or empty folder, got ${names.length} files in it`);
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (n: number) => `${(n / 1e9).toFixed(1)} GB`;
  if (bytes > bavail * bsize) {
    throw new Error(`${folder}: expected ${gigabytes(bytes)} of free disk, got ${gigabytes(bavail * bsize)}`);
  }
}

function bytesOf({ dtype, shape }: TensorToWrite): number {
  return elementCount(shape) * itemSize[dtype];
}

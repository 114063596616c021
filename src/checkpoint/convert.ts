/**
 * Any checkpoint → a folder of safetensors in the official layout, tensor by tensor in little memory. Node
 * only.
 */
import { mkdir, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { besideName, flushFolder, writeTextAtomically } from './atomic-file.js';
import { planUnits } from './convert-plan.js';
import { bytesOf, type ConvertProgress, planFiles, writeFiles } from './convert-shards.js';
import type { FloatDType } from './dtype.js';
import type { Folder } from './folder.js';
import type { HttpOptions } from './http-bytes.js';
import { copyModelFiles } from './model-files.js';
import { isIgnoredName } from './names.js';
import { locate } from './open-checkpoint.js';
import { openFolder } from './open-folder.js';
import type { Quantization } from './quantize.js';
import { quantizationConfig } from './quantize-config.js';
import { indexJson } from './shard-plan.js';
import type { TensorSource } from './tensor-source.js';

export interface ConvertOptions extends HttpOptions {
  /**
   * Element kind of the floating-point tensors; by default each keeps its own. Without `quantize`, quantised tensors
   * become that too.
   */
  readonly dtype?: FloatDType;
  /** Writes the matrices of linear maps as int8 with a scale for each output channel. */
  readonly quantize?: Quantization;
  /** Largest shard in bytes of tensors; default 5 GB, as the transformers library has it. */
  readonly maxShardBytes?: number;
  readonly onProgress?: (progress: ConvertProgress) => void;
}

export interface ConvertReport {
  readonly folder: string;
  /** Files of tensors, then the index (if any), then the files copied. */
  readonly files: readonly string[];
  readonly tensors: number;
  readonly bytes: number;
  /** How many of the tensors are int8 (and as many hold their scales). */
  readonly quantized: number;
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
  const { dtype, quantize } = options;
  const ignored = infos.filter(({ name }) => isIgnoredName(name));
  const kept = infos.filter((info) => !ignored.includes(info));
  const units = planUnits(source, kept, options);
  const shards = planFiles(units, options.maxShardBytes ?? 5e9);
  const tensors = shards.flatMap((shard) => shard.tensors);
  const totalBytes = bytesOf(tensors);
  await checkRoom(to, totalBytes);
  await writeFiles(shards, to, options);
  const index = shards.length > 1 ? ['model.safetensors.index.json'] : [];
  for (const name of index) await writeTextAtomically(join(to, name), indexJson(shards, totalBytes));
  const kinds = { dtype, quantization: quantizationConfig(tensors) };
  const others = await copyModelFiles(from, to, dtype || quantize ? kinds : undefined);
  return {
    folder: to,
    files: [...shards.map(({ file }) => file), ...index, ...others],
    tensors: tensors.length,
    bytes: totalBytes,
    quantized: tensors.filter((tensor) => tensor.dtype === 'I8').length,
    ignored: ignored.map(({ name }) => name),
  };
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

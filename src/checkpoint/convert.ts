/**
 * Any checkpoint → a folder of safetensors in the official layout, tensor by tensor in little memory. Node
 * only.
 */
import { join, resolve } from 'node:path';

import { writeTextAtomically } from './atomic-file.js';
import { planUnits } from './convert-plan.js';
import { bytesOf, type ConvertProgress, planFiles, writeFiles } from './convert-shards.js';
import type { FloatDType } from './dtype.js';
import type { Folder } from './folder.js';
import type { HttpOptions } from './http-bytes.js';
import { copyModelFiles } from './model-files.js';
import { isIgnoredName } from './names.js';
import { buildFolder, checkRoom } from './new-folder.js';
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
  const { folder, file } = await locate(path, options);
  const source = await openFolder(folder, file, options);
  try {
    if (source.infos.size === 0) throw new Error(`${path}: expected a checkpoint with tensors, got none`);
    const report = await buildFolder(target, (place) => writeFolder(source, folder, place, options));
    return { ...report, folder: resolve(target) };
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

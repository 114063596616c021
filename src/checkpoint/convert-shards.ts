/** The files of a conversion: which tensors go together, and writing them one after another. Node only. */
import { join } from 'node:path';

import type { Unit } from './convert-plan.js';
import { quantizationMetadata } from './quantize-config.js';
import { rewriteTensors } from './rewrite-tensors.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import { planShards, type Shard } from './shard-plan.js';
import { elementCount, itemSize } from './tensor-source.js';
import { writeSafetensors } from './write-safetensors.js';

export interface ConvertProgress {
  /** The tensor being written. */
  readonly tensor: string;
  readonly writtenBytes: number;
  readonly totalBytes: number;
}

interface WriteFilesOptions {
  readonly onProgress?: (progress: ConvertProgress) => void;
  readonly signal?: AbortSignal;
}

/** One shard: its tensors, and what of them comes last. */
export interface FileToWrite extends Shard<TensorToWrite> {
  /** Those of its tensors that are written when all others are. */
  readonly late: readonly TensorToWrite[];
}

/** Units in files of at most `maxBytes`. A unit is never divided. */
export function planFiles(units: readonly Unit[], maxBytes: number): FileToWrite[] {
  const shards = planShards(units, ({ tensors }) => bytesOf(tensors), maxBytes);
  return shards.map(({ file, tensors: members }) => ({
    file,
    tensors: members.flatMap(({ tensors }) => tensors),
    late: members.flatMap(({ late }) => late ?? []),
  }));
}

/** Writes the files into the folder `to`, one after another. */
export async function writeFiles(
  files: readonly FileToWrite[],
  to: string,
  { onProgress, signal }: WriteFilesOptions,
): Promise<void> {
  let writtenBytes = 0;
  const totalBytes = bytesOf(files.flatMap(({ tensors }) => tensors));
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
  for (const { file, tensors, late } of files) {
    const metadata = quantizationMetadata(tensors);
    const writeOptions = { ...(metadata && { metadata }), ...(signal && { signal }) };
    await writeSafetensors(join(to, file), tensors.map(watched), writeOptions);
    await rewriteTensors(join(to, file), late);
  }
}

/** Bytes of the tensors in their files. */
export function bytesOf(tensors: readonly TensorToWrite[]): number {
  return tensors.reduce((sum, { dtype, shape }) => sum + elementCount(shape) * itemSize[dtype], 0);
}

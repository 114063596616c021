/** Tensors to a safetensors file on disk, one after another, whole or not at all. Node only. */
import { writeAtomically } from './atomic-file.js';
import { type Metadata, safetensorsPieces, type TensorToWrite } from './safetensors-bytes.js';

export interface WriteOptions {
  /** Default: `{format: 'pt'}`, which the transformers library asks for. */
  readonly metadata?: Metadata;
  readonly signal?: AbortSignal;
}

/** Writes (or replaces) the file and returns its size in bytes. @throws Error when two names are the same. */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  { metadata, signal }: WriteOptions = {},
): Promise<number> {
  return writeAtomically(path, safetensorsPieces(tensors, metadata), signal);
}

/** Opening a checkpoint, whatever its container: safetensors, one file or shards with an index. Node only. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fileBytes } from './file-bytes.js';
import type { Folder } from './folder.js';
import { withOfficialNames } from './names.js';
import { openSafetensors } from './safetensors.js';
import { openShards, readShardIndex } from './shard-index.js';
import type { TensorSource } from './tensor-source.js';

export interface OpenOptions {
  /** Whether names are brought to those of InternVL-14B-224px (default), or left as they are stored. */
  readonly names?: 'official' | 'stored';
}

/**
 * Opens a checkpoint folder or file. Only headers are read; tensors are read when asked for.
 *
 * @throws Error naming the path when there is no checkpoint, or it is malformed.
 */
export async function openCheckpoint(path: string, options: OpenOptions = {}): Promise<TensorSource> {
  const local = path.startsWith('file:') ? fileURLToPath(path) : path;
  const facts = await stat(local).catch(() => undefined);
  if (!facts) throw new Error(`${local}: expected a checkpoint folder or file, got nothing there`);
  const folder = diskFolder(facts.isDirectory() ? local : dirname(local));
  const source = await (facts.isDirectory() ? openFolder(folder) : openFile(folder, basename(local)));
  if (options.names === 'stored') return source;
  try {
    return withOfficialNames(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A folder on disk. */
export function diskFolder(path: string): Folder {
  return {
    description: path,
    has: async (name) => (await stat(join(path, name)).catch(() => undefined))?.isFile() ?? false,
    open: (name) => fileBytes(join(path, name)),
  };
}

/** In order of preference: safetensors before pickles. */
const wholeFiles = ['model.safetensors', 'pytorch_model.bin'];
const indexes = ['model.safetensors.index.json', 'pytorch_model.bin.index.json'];

async function openFolder(folder: Folder): Promise<TensorSource> {
  for (const [i, file] of wholeFiles.entries()) {
    if (await folder.has(file)) return openFile(folder, file);
    const index = indexes[i] as string;
    if (await folder.has(index)) return openShards(folder, await readShardIndex(folder, index), openFile);
  }
  const expected = [...wholeFiles, ...indexes].join(', ');
  throw new Error(`${folder.description}: expected a checkpoint (one of ${expected}), got none of them`);
}

async function openFile(folder: Folder, file: string): Promise<TensorSource> {
  if (file.endsWith('.index.json')) return openShards(folder, await readShardIndex(folder, file), openFile);
  const bytes = await folder.open(file);
  try {
    return await openSafetensors(bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

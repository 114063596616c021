/**
 * Opening the checkpoint in a folder, whatever its container and wherever the folder is. Runs in browsers
 * too.
 */
import { openTensorFile } from './container.js';
import type { Folder } from './folder.js';
import { withOfficialNames } from './names.js';
import { openShards, readShardIndex } from './shard-index.js';
import type { TensorSource } from './tensor-source.js';

export interface OpenOptions {
  /** Whether names are brought to those of InternVL-14B-224px (default), or left as they are stored. */
  readonly names?: 'official' | 'stored';
  readonly signal?: AbortSignal;
}

/** In order of preference: safetensors before pickles, and each whole before its shards. */
const files = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;

/**
 * Opens `file` of a folder (a file of tensors or an index of shards), by default the checkpoint found there.
 * Only headers are read; tensors are read when asked for.
 *
 * @throws Error naming the folder when there is no checkpoint, or it is malformed.
 */
export async function openFolder(
  folder: Folder,
  file?: string,
  options: OpenOptions = {},
): Promise<TensorSource> {
  const chosen = file ?? (await findCheckpoint(folder));
  const openFile = async (at: Folder, name: string) => openTensorFile(await at.open(name), options.signal);
  const source = chosen.endsWith('.index.json')
    ? await openShards(folder, await readShardIndex(folder, chosen), openFile)
    : await openFile(folder, chosen);
  if (options.names === 'stored') return source;
  try {
    return withOfficialNames(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function findCheckpoint(folder: Folder): Promise<string> {
  for (const file of files) {
    if (await folder.has(file)) return file;
  }
  const others = ((await folder.list?.()) ?? []).filter((name) => /\.(safetensors|bin|pth|pt)$/.test(name));
  const [only, ...more] = others;
  if (only !== undefined && more.length === 0) return only;
  const got = only === undefined ? 'none of these' : `${others.join(', ')}: name one of them`;
  throw new Error(`${folder.description}: expected a checkpoint (${files.join(', ')}), got ${got}`);
}

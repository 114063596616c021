/**
 * A checkpoint in several files, with an index that says which tensor is where:
 * `{"metadata": …, "weight_map": {"query_tokens": "model-00001-of-00003.safetensors", …}}`.
 */
import { type Folder, plainFileName, readJson } from './folder.js';
import { shown } from './json-text.js';
import {
  checkTensorName,
  readTensor,
  type TensorInfo,
  type TensorSource,
  tensorInfo,
} from './tensor-source.js';

/** Name of a tensor → name of the file in the same folder. */
export type WeightMap = ReadonlyMap<string, string>;

/**
 * Reads and checks an index.
 *
 * @throws Error for entries that leave the folder, for duplicates, and for a malformed file.
 */
export async function readShardIndex(folder: Folder, name: string): Promise<WeightMap> {
  const where = `${folder.description}/${name}`;
  const index = await readJson(folder, name);
  const map = (index as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new TypeError(`${where}: expected a "weight_map" of tensor names and files, got none`);
  }
  return new Map(
    Object.entries(map).map(([tensor, file]) => {
      checkTensorName(tensor);
      if (typeof file !== 'string')
        throw new TypeError(`${where}: ${tensor}: expected a file, got ${shown(file)}`);
      return [tensor, plainFileName(file, `${where}: ${tensor}`)];
    }),
  );
}

/**
 * The shards of an index as one source. Every shard is opened (its header is read). A tensor of a shard that
 * the index leaves out belongs to the checkpoint too, as it does for PyTorch.
 *
 * @throws Error when a shard is missing, lacks a tensor that the index puts there, or has one that is
 *   elsewhere.
 */
export async function openShards(
  folder: Folder,
  map: WeightMap,
  openShard: (folder: Folder, file: string) => Promise<TensorSource>,
): Promise<TensorSource> {
  const shards = new Map<string, TensorSource>();
  const close = async () => void (await Promise.all([...shards.values()].map((shard) => shard.close())));
  try {
    for (const file of new Set(map.values())) shards.set(file, await openShard(folder, file));
    const infos = mergeInfos(folder.description, map, shards);
    const source: TensorSource = {
      description: folder.description,
      infos,
      read: (name, rows, signal) => readTensor(source, name, rows, signal),
      async readInto(name, target, rows, signal) {
        const { file } = tensorInfo(source, name);
        await (shards.get(file) as TensorSource).readInto(name, target, rows, signal); // infos are the shards'
      },
      close,
    };
    return source;
  } catch (error) {
    await close();
    throw error;
  }
}

function mergeInfos(where: string, map: WeightMap, shards: ReadonlyMap<string, TensorSource>) {
  const infos = new Map<string, TensorInfo>();
  for (const [file, shard] of shards) {
    for (const [name, info] of shard.infos) {
      const home = infos.get(name)?.file ?? map.get(name) ?? file;
      if (home !== file)
        throw new Error(`${where}: ${name}: expected in ${home} alone, got it in ${file} too`);
      infos.set(name, { ...info, file });
    }
  }
  for (const [name, file] of map) {
    if (!infos.has(name))
      throw new Error(`${where}: ${name}: expected in ${file} by the index, got no such tensor`);
  }
  return infos;
}

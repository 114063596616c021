/**
 * The tensors of a model folder. Where its `config.json` has the key `"synthetic": {"seed": 7}` (which no official
 * checkpoint has, and `internvl synthesize --layers` writes), tensors that are not in its files are made by the
 * synthetic rule with that seed.
 */

import { type Folder, readJson } from './checkpoint/folder.js';
import { openFolder } from './checkpoint/open-folder.js';
import { withSyntheticTensors } from './checkpoint/synthetic-source.js';
import { checkSeed } from './checkpoint/synthetic-weights.js';
import type { TensorSource } from './checkpoint/tensor-source.js';
import type { InternVLConfig } from './contrastive/config.js';
import { tensorShapes } from './contrastive/tensor-names.js';

/**
 * Opens the checkpoint of a folder; weights are read, or made, when asked for.
 *
 * @param config what `config.json` states: it tells which tensors there are to make.
 * @throws Error naming the folder when there is no checkpoint or it is malformed; TypeError for a key `synthetic` that
 *   holds no seed.
 */
export async function openModel(
  folder: Folder,
  config: InternVLConfig,
  signal?: AbortSignal,
): Promise<TensorSource> {
  const seed = await statedSeed(folder);
  const stored = await openFolder(folder, undefined, signal && { signal });
  return seed === undefined ? stored : withSyntheticTensors(stored, tensorShapes(config), seed);
}

/** The key for `config.json`. */
export function syntheticEntry(seed: number): Record<string, unknown> {
  return { synthetic: { seed } };
}

async function statedSeed(folder: Folder): Promise<number | undefined> {
  const file = 'config.json';
  const json = (await readJson(folder, file)) as { synthetic?: { seed?: unknown } | null };
  if (json.synthetic === undefined) return undefined;
  const seed = json.synthetic?.seed;
  const where = `${folder.description}/${file}: synthetic.seed`;
  if (typeof seed !== 'number')
    throw new TypeError(`${where}: expected a number, got ${JSON.stringify(seed)}`);
  checkSeed(seed, where);
  return seed;
}

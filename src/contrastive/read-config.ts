/** The configuration of a checkpoint folder: its `config.json`, corrected by its tensors. */
import { type Folder, readJson } from '../checkpoint/folder.js';
import type { TensorSource } from '../checkpoint/tensor-source.js';
import type { InternVLConfig } from './config.js';
import { parseInternVLConfig } from './config-json.js';
import { configOfTensors } from './config-tensors.js';

const file = 'config.json';
const maxLength = 1_000_000;

/**
 * Reads `config.json` of the folder; counts (blocks, positions, vocabulary, queries) are taken from the
 * tensors.
 *
 * @throws Error naming file and key, or tensor and both shapes.
 */
export async function readConfig(folder: Folder, source: TensorSource): Promise<InternVLConfig> {
  const where = `${folder.description}/${file}`;
  if (!(await folder.has(file))) {
    throw new Error(`${where}: expected the configuration of the checkpoint, got no such file`);
  }
  const config = parseInternVLConfig(await readJson(folder, file, maxLength), where);
  return configOfTensors(config, (name) => source.infos.get(name)?.shape, where);
}

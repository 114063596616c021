/** The configuration of a checkpoint folder: its `config.json`, corrected by its tensors. */
import { type Folder, readJson } from '../checkpoint/folder.js';
import type { TensorSource } from '../checkpoint/tensor-source.js';
import type { InternVLConfig } from './config.js';
import { parseInternVLConfig } from './config-json.js';
import { configOfTensors } from './config-tensors.js';

const file = 'config.json';
const maxLength = 1_000_000;

/** `config.json` of the folder as it stands. @throws Error naming file and key, or that there is no such file. */
export async function statedConfig(folder: Folder): Promise<InternVLConfig> {
  const { description } = folder;
  if (!(await folder.has(file))) {
    throw new Error(`${description}: expected a model folder with ${file}, got none`);
  }
  return parseInternVLConfig(await readJson(folder, file, maxLength), `${description}/${file}`);
}

/**
 * The same, with the counts (blocks, positions, vocabulary, queries) that the tensors of the folder have.
 *
 * @throws Error naming tensor and both shapes where the two contradict each other.
 */
export async function readConfig(folder: Folder, source: TensorSource): Promise<InternVLConfig> {
  const shapeOf = (name: string) => source.infos.get(name)?.shape;
  return configOfTensors(await statedConfig(folder), shapeOf, `${folder.description}/${file}`);
}

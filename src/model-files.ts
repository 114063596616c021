/** What a user calls a model → the folder with its files: the one place where Node and browsers differ about models. */
import type { Folder } from './checkpoint/folder.js';
import { type PickedFiles, pickedFolder } from './checkpoint/picked-folder.js';
import { checkFileName } from './hub/file-name.js';
import type { PretrainedOptions } from './pretrained-options.js';
import { isNode } from './simd/platform.js';
import { filesOf, watchedFiles } from './watched-files.js';

/**
 * A folder of this machine (Node) or an address, `org/repo` of Hugging Face, or a folder that a person has picked in a
 * page: its `File`s, or its `FileSystemDirectoryHandle`.
 */
export type ModelSource = string | URL | PickedFiles;

export interface ModelFiles {
  /** What the model was called. */
  readonly source: string;
  readonly folder: Folder;
  /** To be called once all has been read that is read at the start. */
  ready(): void;
}

/** @throws Error naming the model and the remedy when it cannot be had; the signal's reason when aborted. */
export async function modelFiles(
  source: ModelSource | undefined,
  options: PretrainedOptions,
): Promise<ModelFiles> {
  if (typeof source === 'object' && !(source instanceof URL)) return pickedModel(source, options);
  const { namedModel } = isNode ? await import('./node-model.js') : await import('./browser-model.js');
  return namedModel(source === undefined ? undefined : String(source), options);
}

async function pickedModel(
  picked: PickedFiles,
  { subfolder = '', onProgress }: PretrainedOptions,
): Promise<ModelFiles> {
  if (subfolder !== '') checkFileName(subfolder, 'subfolder');
  const folder = await pickedFolder(picked, subfolder);
  const { found } = await filesOf(folder); // what is missing, the readers say, who take weights of other names, too
  return watchedFiles(folder.description, folder, found, onProgress);
}

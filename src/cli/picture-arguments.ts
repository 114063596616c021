/** The pictures that a person names: files, folders and stdin, mixed. */
import { stat } from 'node:fs/promises';

import type { Picture } from '../tasks/picture.js';
import { usageError } from './exit-code.js';
import { checkFiles, picturesIn, readInput } from './files.js';

export interface NamedPicture {
  /** Its path, or `-`. */
  readonly name: string;
  readonly picture: Picture;
}

/**
 * Files as they are, of folders the pictures in them and in the folders in them, of `-` the bytes of stdin.
 *
 * @throws Error naming what is missing, before stdin is read.
 */
export async function pictureArguments(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<NamedPicture[]> {
  if (paths.filter((path) => path === '-').length > 1)
    throw usageError('expected - (stdin) once, got it twice');
  const files: string[] = [];
  for (const path of paths) files.push(...((await isFolder(path)) ? await picturesIn(path) : [path]));
  await checkFiles(files.filter((path) => path !== '-'));
  return Promise.all(
    files.map(async (name) => ({ name, picture: name === '-' ? await readInput(name, signal) : name })),
  );
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

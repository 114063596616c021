/**
 * Opening a checkpoint by path or address. Node only; in a browser, `openFolder(httpFolder(url))` does the
 * same.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { diskFolder } from './disk-folder.js';
import type { Folder } from './folder.js';
import type { HttpOptions } from './http-bytes.js';
import { httpFolder } from './http-folder.js';
import { type OpenOptions, openFolder } from './open-folder.js';
import type { TensorSource } from './tensor-source.js';

/**
 * Opens the checkpoint at `path`: a folder or one file, on disk or on a web server (`https:`). Only headers
 * are read; tensors are read when asked for, under the names of InternVL-14B-224px unless `names` is
 * `stored`.
 *
 * @throws Error naming the path when there is no checkpoint, or it is malformed.
 */
export async function openCheckpoint(
  path: string,
  options: OpenOptions & HttpOptions = {},
): Promise<TensorSource> {
  const { folder, file } = await locate(path, options);
  return openFolder(folder, file, options);
}

/** The folder that `path` names, or the folder and the file. */
export async function locate(
  path: string,
  options: HttpOptions = {},
): Promise<{ folder: Folder; file: string | undefined }> {
  if (/^https?:/.test(path)) {
    const url = new URL(path);
    const file = url.pathname.match(/[^/]+\.(safetensors|bin|pth|pt|json)$/)?.[0];
    if (file !== undefined) url.pathname = url.pathname.slice(0, -file.length - 1);
    return { folder: httpFolder(url.href, options), file: file && decodeURIComponent(file) };
  }
  const local = path.startsWith('file:') ? fileURLToPath(path) : path;
  const facts = await stat(local).catch(() => undefined);
  if (!facts) throw new Error(`${local}: expected a checkpoint folder or file, got nothing there`);
  if (facts.isDirectory()) return { folder: diskFolder(local), file: undefined };
  return { folder: diskFolder(dirname(local)), file: basename(local) };
}

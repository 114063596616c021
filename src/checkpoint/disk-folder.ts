/** A checkpoint folder on disk. Node only. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { fileBytes } from './file-bytes.js';
import type { Folder } from './folder.js';

/** The folder at `path`; files are opened when asked for. */
export function diskFolder(path: string): Folder {
  return {
    description: path,
    has: async (name) => (await stat(join(path, name)).catch(() => undefined))?.isFile() ?? false,
    list: async () => (await readdir(path)).sort(),
    open: (name) => fileBytes(join(path, name)),
  };
}

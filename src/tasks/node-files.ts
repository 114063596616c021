/** Files of pictures and templates in Node: on disk. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { TemplateFile } from './templates.js';

/** The bytes of a file. @throws Error with the path when there is none. */
export async function pictureBytes(path: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  const isUrl = path instanceof URL || path.startsWith('file:');
  const file = isUrl ? fileURLToPath(path) : resolve(path);
  return readFile(file, signal && { signal }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${path}: no such file`, { cause: error });
    if (error.code === 'EISDIR')
      throw new Error(`${path}: expected an image file, got a folder`, { cause: error });
    throw error;
  });
}

/** `templates/LANGUAGE.json` beside this script. */
export async function templateFile(language: string): Promise<TemplateFile> {
  const text = await readFile(new URL(`templates/${language}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as TemplateFile; // our own file; a test checks its form
}

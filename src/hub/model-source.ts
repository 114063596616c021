/** What a user calls a model by: a folder, an address, or `org/repo` of Hugging Face. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { withHome } from './hub-options.js';
import { isRepo, type ModelAddress, parseAddress } from './model-address.js';

export type ModelSource = { readonly kind: 'folder'; readonly path: string } | ModelAddress;

/**
 * A path or `file:` URL is a folder, and so is whatever exists on disk; only then `org/repo` is a
 * repository. The web address of a repository (`https://huggingface.co/org/repo`, `…/tree/v1`) is that
 * repository.
 *
 * @throws Error listing the forms when the text is none of them.
 */
export function parseModelSource(source: string, endpoint: string): ModelSource {
  if (/^file:/i.test(source)) return { kind: 'folder', path: fileOf(source) };
  if (/^https?:\/\//i.test(source)) return parseAddress(source, endpoint);
  const isPath = /^([./~\\]|[a-z]:[\\/])/i.test(source) || source.includes('\\') || /\/.*\//.test(source);
  if (isPath || isFolder(source)) return { kind: 'folder', path: resolve(withHome(source)) };
  if (isRepo(source)) return { kind: 'repo', repo: source };
  throw new Error(
    `model ${JSON.stringify(source)}: expected a folder, a file: or https: address, or org/repo of Hugging ` +
      'Face, got none of them',
  );
}

function fileOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new Error(`${url}: expected file:///path/to/folder: ${(error as Error).message}`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What the cache has of a model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { exists, type RepoCache } from './repo-cache.js';
import { wantedFiles } from './wanted-files.js';

export interface CachedModel {
  readonly folder: string;
  readonly missing: readonly string[];
  /** Nothing is missing, and a tokenizer is there or known not to exist: the server need not be asked. */
  readonly isSettled: boolean;
}

/** undefined when the cache has nothing of this revision. */
export async function cachedModel(
  cache: RepoCache,
  revision: string,
  subfolder: string,
): Promise<CachedModel | undefined> {
  const commit = await cache.commitOf(revision);
  if (commit === undefined) return undefined;
  const folder = cache.snapshot(commit);
  const finder = {
    description: folder,
    has: (file: string) => exists(join(folder, file)),
    text: (file: string) => readFile(join(folder, file), 'utf8'),
  };
  const { missing, hasTokenizer } = await wantedFiles(finder, subfolder);
  const tokenizer = subfolder === '' ? 'tokenizer.model' : `${subfolder}/tokenizer.model`;
  const isSettled = missing.length === 0 && (hasTokenizer || (await cache.isMarkedAbsent(commit, tokenizer)));
  return { folder, missing, isSettled };
}

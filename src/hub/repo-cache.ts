/**
 * One model in the cache, in the layout of the Python library, so that each uses what the other has
 * downloaded: `blobs/<content>`, `refs/<revision>` (a commit), `snapshots/<commit>/<file>` → blob,
 * `.no_exist/<commit>/<file>`.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { checkFileName } from './file-name.js';

export interface RepoCache {
  readonly folder: string;
  blob(name: string): string;
  snapshot(commit: string): string;
  /** The commit that a revision was at when it was last asked for; a commit is its own. */
  commitOf(revision: string): Promise<string | undefined>;
  setCommit(revision: string, commit: string): Promise<void>;
  /** Shows a blob under its file name in the snapshot of a commit. */
  link(commit: string, file: string, blob: string): Promise<void>;
  /** Remembers that a commit has no such file. */
  markAbsent(commit: string, file: string): Promise<void>;
  isMarkedAbsent(commit: string, file: string): Promise<boolean>;
}

export function repoCache(folder: string): RepoCache {
  const at = (...parts: string[]) => join(folder, ...parts);
  const snapshot = (commit: string) => at('snapshots', checkFileName(commit, folder));
  const blob = (name: string) => at('blobs', checkFileName(name, folder));
  return {
    folder,
    blob,
    snapshot,
    async commitOf(revision) {
      const ref = await readFile(at('refs', revision), 'utf8').catch(ifAbsent);
      const commit = ref?.trim() ?? revision;
      return /^[\w-]+$/.test(commit) && (await exists(at('snapshots', commit))) ? commit : undefined;
    },
    async setCommit(revision, commit) {
      if (revision !== commit) await writeWhole(at('refs', revision), commit);
    },
    link: (commit, file, name) => showAs(join(snapshot(commit), file), blob(name)),
    markAbsent: (commit, file) => writeWhole(at('.no_exist', commit, file), ''),
    isMarkedAbsent: (commit, file) => exists(at('.no_exist', commit, file)),
  };
}

/** Whether there is a file or folder, links followed: a link to a blob that was removed is none. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(ifAbsent)) !== undefined;
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
  throw error;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await putInPlace(path, (temporary) => writeFile(temporary, text));
}

/** A relative link, so that the cache can be moved; a copy where links are not allowed. */
async function showAs(path: string, blob: string): Promise<void> {
  await putInPlace(path, async (temporary) => {
    try {
      await symlink(relative(dirname(path), blob), temporary);
    } catch {
      await copyFile(blob, temporary); // Windows without the right to make links, some network disks
    }
  });
}

/**
 * Makes a file under another name and renames it: a reader sees the old one or the new one, never half of
 * it.
 */
async function putInPlace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

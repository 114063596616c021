/**
 * Files that exist whole or not at all: written under another name in the same folder, flushed to the disk,
 * and renamed when complete. A reader never sees half a file, and what was there stays until then. Node only.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes the pieces to `path`, replacing what is there. On any error, abort included, nothing is left behind.
 *
 * @returns how many bytes were written.
 */
export async function writeAtomically(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  const temporary = besideName(path);
  try {
    const size = await writeNew(temporary, pieces, signal);
    await rename(temporary, path);
    await flushFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The same for a text, as UTF-8. */
export async function writeTextAtomically(path: string, text: string): Promise<number> {
  return writeAtomically(path, [new TextEncoder().encode(text)]);
}

/** A name in the same folder (so that renaming is one step) that nobody else uses. */
export function besideName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
}

/** Makes a renaming in the folder last, where the system allows it (Windows does not). */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

async function writeNew(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  const file = await open(path, 'wx');
  try {
    let size = 0;
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await file.writeFile(piece); // from the current position on, all of it
      size += piece.byteLength;
    }
    signal?.throwIfAborted();
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

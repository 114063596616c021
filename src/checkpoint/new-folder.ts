/** A folder of files that appears whole or not at all: built beside its place, then renamed. Node only. */
import { mkdir, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { flushFolder } from './atomic-file.js';

/**
 * Builds the folder `target`, which must not exist or be empty. `build` gets the folder to write into; on an error
 * or abort it is removed. What a run that was killed has left behind is removed by the next one.
 *
 * @throws Error when `target` has something in it; the error of `build`.
 */
export async function buildFolder<T>(target: string, build: (folder: string) => Promise<T>): Promise<T> {
  const place = resolve(target);
  await refuseOccupied(place);
  await removeAbandoned(place);
  const building = join(dirname(place), `.${basename(place)}.${process.pid}.part`);
  try {
    await mkdir(building, { recursive: true });
    const result = await build(building);
    await rmdir(place).catch(() => {}); // an empty folder makes room
    await rename(building, place);
    await flushFolder(dirname(place));
    return result;
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  }
}

/** @throws Error when the disk of `folder` has not so many free bytes. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const gigabytes = (n: number) => `${(n / 1e9).toFixed(1)} GB`;
  if (bytes <= free) return;
  const where = dirname(folder);
  throw new Error(`${where}: expected ${gigabytes(bytes)} of free disk, got ${gigabytes(free)}`);
}

async function refuseOccupied(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${folder}: expected a new or empty folder, got ${error.code ?? error.message}`);
  });
  if (names.length > 0)
    throw new Error(`${folder}: expected a new or empty folder, got ${names.length} files in it`);
}

/** Removes the unfinished folders of processes that run no more. */
async function removeAbandoned(place: string): Promise<void> {
  const prefix = `.${basename(place)}.`;
  const names = await readdir(dirname(place)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(prefix) && /^(\d+)\.part$/.exec(name.slice(prefix.length))?.[1];
    if (pid && !runs(Number(pid))) await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is another user's
  }
}

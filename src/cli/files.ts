/** Files that a command reads and writes, checked before anything is computed. */
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal } from 'node:stream';

/** Endings of the pictures that `image/decode.ts` reads. */
const PICTURES = /\.(png|jpe?g)$/i;

/** @throws Error naming the first path that is not a file, so that no work is lost on a misspelt name. */
export async function checkFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined);
    if (!facts) throw new Error(`${path}: no such file`);
    if (facts.isDirectory()) throw new Error(`${path}: expected a file, got a folder`);
  }
}

/** The pictures of a folder and the folders in it, sorted by path. */
export async function picturesIn(folder: string): Promise<string[]> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts) throw new Error(`${folder}: no such folder`);
  if (!facts.isDirectory()) throw new Error(`${folder}: expected a folder of pictures, got a file`);
  const pictures = await picturesBelow(folder);
  if (pictures.length === 0) throw new Error(`${folder}: expected pictures (.png, .jpg, .jpeg), got none`);
  return pictures.sort();
}

/** Hidden files and links to folders (which may lead in circles) are left out; links to files are not. */
async function picturesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map(async (entry): Promise<string[]> => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return picturesBelow(path);
    const isPicture = PICTURES.test(entry.name) && (await stat(path).catch(() => undefined))?.isFile();
    return isPicture ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

/** The bytes of a file, or of stdin for `-`. */
export async function readInput(path: string, signal: AbortSignal): Promise<Uint8Array> {
  if (path !== '-') {
    await checkFiles([path]);
    return readFile(path, { signal });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of addAbortSignal(signal, process.stdin)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @throws Error when `path` is a folder, or the folder it is to be written in is missing or not writable. */
export async function checkOutput(path: string): Promise<void> {
  const folder = dirname(path);
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw new Error(`${folder}: no such folder to write ${path} in`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new Error(`${folder}: expected a folder that can be written, to put ${path} in`, { cause });
  });
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new Error(`${path}: expected a file to write, got a folder`);
}

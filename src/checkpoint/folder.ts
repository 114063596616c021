/** A place with the files of one checkpoint: a folder on disk, or a base address on a server. */
import type { ByteSource } from './byte-source.js';
import { parseJsonText, shown } from './json-text.js';

export interface Folder {
  /** Path or address, for messages. */
  readonly description: string;
  /** Whether there is a file of that name. */
  has(name: string): Promise<boolean>;
  /** Names of the files, where the place can tell (a web server cannot). */
  list?(): Promise<string[]>;
  /** Opens a file of the folder for range reads. */
  open(name: string): Promise<ByteSource>;
}

/**
 * The name itself, when it is that of a file directly in a folder.
 *
 * @throws Error for a path into other folders: an index decides which files are opened, and may come from
 *   anyone.
 */
export function plainFileName(name: string, where: string): string {
  const isPlain = /^[^/\\:%\0]+$/.test(name) && name !== '.' && name !== '..';
  if (!isPlain)
    throw new Error(`${where}: expected the name of a file in the same folder, got ${shown(name)}`);
  return name;
}

/** The whole text of a small file. @throws Error when it is larger than `limit` bytes. */
export async function readText(folder: Folder, name: string, limit = 100_000_000): Promise<string> {
  const bytes = await folder.open(plainFileName(name, folder.description));
  try {
    if (bytes.size > limit) {
      throw new RangeError(`${bytes.description}: expected at most ${limit} bytes, got ${bytes.size}`);
    }
    return decodeUtf8(await bytes.read(0, bytes.size), bytes.description);
  } finally {
    await bytes.close();
  }
}

function decodeUtf8(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${where}: expected text in UTF-8, got other bytes`);
  }
}

/** The value of a JSON file. @throws Error naming the file when it is missing, too large or malformed. */
export async function readJson(folder: Folder, name: string, limit?: number): Promise<unknown> {
  const text = await readText(folder, name, limit);
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new Error(
      `${folder.description}/${name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

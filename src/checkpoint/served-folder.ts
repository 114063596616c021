/**
 * A checkpoint folder on a web server, for a page: each file is asked for once, and kept open; small reads are made
 * together.
 */
import type { ByteSource } from './byte-source.js';
import type { Folder } from './folder.js';
import { findHttpBytes, type HttpOptions } from './http-bytes.js';
import { addressIn } from './http-folder.js';
import { readAhead } from './read-ahead.js';

/** A server without ranges may send this much at once. */
const wholeUpTo = 2 ** 28;
/** Files up to this size stay open once they are closed: some are read more than once. */
const smallFile = 2 ** 20;

/** The folder at a base address. */
export function servedFolder(base: string, options: HttpOptions = {}): Folder {
  const files = new Map<string, Promise<ByteSource | undefined>>();
  const find = (name: string): Promise<ByteSource | undefined> => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const asked = findHttpBytes(addressIn(base, name), { wholeUpTo, ...options }).then(
      (found) => found && readAhead(found),
    );
    files.set(name, asked);
    asked.catch(() => files.delete(name));
    return asked;
  };
  return {
    description: base.replace(/\/$/, ''),
    has: async (name) => (await find(name)) !== undefined,
    async open(name) {
      const found = await find(name);
      if (found === undefined) throw new Error(`${addressIn(base, name)}: expected a file, got none`);
      const close = async (): Promise<void> => {
        files.delete(name);
        await found.close();
      };
      return found.size <= smallFile ? { ...found, close: async () => {} } : { ...found, close };
    },
  };
}

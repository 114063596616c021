/** Ranges of a file on disk. Shards of 10 GB are never read whole. Node only. */
import { open } from 'node:fs/promises';

import { type ByteSource, checkRange } from './byte-source.js';

/** Read at most this much at a time: the system's limit is 2³¹ − 1, and an abort should not wait long. */
const pieceLength = 2 ** 26;

/** Opens a file for range reads. @throws Error naming the path when it is missing, unreadable or no file. */
export async function fileBytes(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: expected a readable file, got ${error.code ?? error.message}`);
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new Error(`${path}: expected a file, got a ${stat.isDirectory() ? 'folder' : 'device'}`);
  }
  const fail = (error: NodeJS.ErrnoException): never => {
    const got = handle.fd < 0 ? 'a closed one' : (error.code ?? error.message);
    throw new Error(`${path}: expected an open, readable file, got ${got}`);
  };
  const file: ByteSource = {
    description: path,
    size: stat.size,
    async read(start, length, signal) {
      checkRange(file, start, length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        signal?.throwIfAborted();
        const piece = Math.min(pieceLength, length - done);
        const { bytesRead } = await handle.read(bytes, done, piece, start + done).catch(fail);
        if (bytesRead === 0) throw new Error(`${path}: expected ${stat.size} bytes, got a shorter file`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
  return file;
}

/** Ranges of a file on disk. Shards of 10 GB are never read whole. Node only. */
import { type FileHandle, open } from 'node:fs/promises';

import { type ByteSource, checkRange, readNew } from './byte-source.js';

/** Read at most this much in one call: the system's limit is 2³¹ − 1. */
const pieceLength = 2 ** 26;
/**
 * So many pieces are asked for together: while the main thread computes, nobody asks for the next one. An abort
 * waits for them.
 */
const piecesAtOnce = 4;

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
  const fill = filler(handle, path, stat.size);
  const file: ByteSource = {
    description: path,
    size: stat.size,
    read: (start, length, signal) => readNew(file, start, length, signal),
    async readInto(start, target, signal) {
      checkRange(file, start, target.byteLength);
      for (let done = 0; done < target.byteLength; done += piecesAtOnce * pieceLength) {
        signal?.throwIfAborted();
        const pieces = piecesFrom(target, done).map((piece) =>
          fill(piece, start + piece.byteOffset - target.byteOffset),
        );
        const settled = await Promise.allSettled(pieces); // all: a late one would write into freed memory
        for (const piece of settled) if (piece.status === 'rejected') throw piece.reason;
      }
    },
    close: () => handle.close(),
  };
  return file;
}

/** The next pieces of `target`, from its byte `done` on. */
function piecesFrom(target: Uint8Array<ArrayBufferLike>, done: number): Uint8Array<ArrayBufferLike>[] {
  const end = Math.min(target.byteLength, done + piecesAtOnce * pieceLength);
  const pieces: Uint8Array<ArrayBufferLike>[] = [];
  for (let at = done; at < end; at += pieceLength) {
    pieces.push(target.subarray(at, Math.min(end, at + pieceLength)));
  }
  return pieces;
}

/** A function that fills a piece from a position in the file on, in as many calls as the system takes. */
function filler(handle: FileHandle, path: string, size: number) {
  const fail = (error: NodeJS.ErrnoException): never => {
    const got = handle.fd < 0 ? 'a closed one' : (error.code ?? error.message);
    throw new Error(`${path}: expected an open, readable file, got ${got}`);
  };
  return async (piece: Uint8Array<ArrayBufferLike>, position: number): Promise<void> => {
    for (let done = 0; done < piece.byteLength; ) {
      const rest = piece.byteLength - done;
      const { bytesRead } = await handle.read(piece, done, rest, position + done).catch(fail);
      if (bytesRead === 0) throw new Error(`${path}: expected ${size} bytes, got a shorter file`);
      done += bytesRead;
    }
  };
}

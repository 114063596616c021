/** Ranges of a file that someone has picked in a page: slices, never the whole. Runs in Node, too. */
import { type ByteSource, checkRange, readNew } from './byte-source.js';

/** What is needed of a `Blob`. */
export interface BlobLike {
  readonly size: number;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** So much is read at once: it is copied into its place afterwards. */
const pieceLength = 2 ** 24;

/** The bytes of a `Blob` or `File`. `description` is its name, for messages. */
export function blobBytes(blob: BlobLike, description: string): ByteSource {
  const source: ByteSource = {
    description,
    size: blob.size,
    read: (start, length, signal) => readNew(source, start, length, signal),
    async readInto(start, target, signal) {
      checkRange(source, start, target.byteLength);
      for (let done = 0; done < target.byteLength; done += pieceLength) {
        signal?.throwIfAborted();
        const end = Math.min(target.byteLength, done + pieceLength);
        target.set(await slice(start + done, start + end), done);
      }
    },
    close: async () => {},
  };
  const slice = async (start: number, end: number): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    } catch (error) {
      throw new Error(`${description}: expected a readable file, got ${error}: choose it again`);
    }
  };
  return source;
}

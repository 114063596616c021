/** Small reads of a far file, answered from larger ones: what lies together in a checkpoint is read together. */
import { type ByteSource, checkRange, readNew } from './byte-source.js';

/** Enough for a whole layer of a small model, little against a matrix of a large one. */
const blockLength = 2 ** 22;
/** Tensors are not read in the order of the file throughout. */
const blocksKept = 4;

/** The same file, in which reads below 4 MiB become reads of whole blocks of that size. */
export function readAhead(source: ByteSource): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array>>(); // the last used last

  const block = (number: number): Promise<Uint8Array> => {
    const start = number * blockLength;
    const length = Math.min(blockLength, source.size - start);
    const found = blocks.get(number) ?? source.read(start, length);
    blocks.delete(number);
    blocks.set(number, found);
    found.catch(() => blocks.delete(number));
    const [oldest] = blocks.keys();
    if (blocks.size > blocksKept && oldest !== undefined) blocks.delete(oldest);
    return found;
  };

  const ahead: ByteSource = {
    description: source.description,
    size: source.size,
    read: (start, length, signal) => readNew(ahead, start, length, signal),
    async readInto(start, target, signal) {
      if (target.byteLength >= blockLength) return source.readInto(start, target, signal);
      checkRange(source, start, target.byteLength);
      for (let done = 0; done < target.byteLength; ) {
        const at = start + done;
        const bytes = await block(Math.floor(at / blockLength));
        signal?.throwIfAborted();
        const piece = bytes.subarray(at % blockLength, (at % blockLength) + target.byteLength - done);
        target.set(piece, done);
        done += piece.byteLength;
      }
    },
    async close() {
      blocks.clear();
      await source.close();
    },
  };
  return ahead;
}

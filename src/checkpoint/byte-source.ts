/** A file of any size, of which ranges are read: the ground on which the container readers stand. */
export interface ByteSource {
  /** Path or address, for messages. */
  readonly description: string;
  readonly size: number;
  /**
   * `length` bytes from `start` on, in memory of their own.
   *
   * @throws RangeError when the range is not in the file, Error when it became shorter meanwhile.
   */
  read(start: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Fills `target` with the bytes from `start` on. It may lie over a SharedArrayBuffer; nothing is written to it
   * any more once the promise is settled, so that its memory can be given back.
   *
   * @throws as `read`.
   */
  readInto(start: number, target: Uint8Array<ArrayBufferLike>, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Bytes already in memory, e.g. a file picked in a browser or a fixture in a test. */
export function memoryBytes(bytes: Uint8Array, description = 'bytes in memory'): ByteSource {
  const source: ByteSource = {
    description,
    size: bytes.byteLength,
    read: (start, length, signal) => readNew(source, start, length, signal),
    async readInto(start, target, signal) {
      signal?.throwIfAborted();
      checkRange(source, start, target.byteLength);
      target.set(bytes.subarray(start, start + target.byteLength));
    },
    close: async () => {},
  };
  return source;
}

/** `read` of a source by its `readInto`. */
export async function readNew(
  source: ByteSource,
  start: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  checkRange(source, start, length); // before memory is asked for
  const bytes = new Uint8Array(length);
  await source.readInto(start, bytes, signal);
  return bytes;
}

/** The last part of a path or address: what `TensorInfo.file` says. */
export function fileName(description: string): string {
  return description.replace(/^.*[/\\]/s, '');
}

/** @throws RangeError when [start, start + length) is not within the file. */
export function checkRange(source: ByteSource, start: number, length: number): void {
  const isCount = (x: number) => Number.isSafeInteger(x) && x >= 0;
  if (!isCount(start) || !isCount(length) || start + length > source.size) {
    const got = `${start}..${start + length}`;
    throw new RangeError(`${source.description}: expected bytes within 0..${source.size}, got ${got}`);
  }
}

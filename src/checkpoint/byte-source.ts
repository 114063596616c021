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
  close(): Promise<void>;
}

/** Bytes already in memory, e.g. a file picked in a browser or a fixture in a test. */
export function memoryBytes(bytes: Uint8Array, description = 'bytes in memory'): ByteSource {
  const source: ByteSource = {
    description,
    size: bytes.byteLength,
    async read(start, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, start, length);
      return new Uint8Array(bytes.subarray(start, start + length)); // a copy: aligned, and the caller's
    },
    close: async () => {},
  };
  return source;
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

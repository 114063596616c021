/** Prefix codes of deflate, and the bits that they are read from (RFC 1951, 3.1 and 3.2.2). */

/** A code as a table of all strings of `width` bits: `symbol · 16 + length`, 0 where no code begins so. */
export interface HuffmanCode {
  readonly table: Uint16Array;
  readonly width: number;
}

/**
 * The code of which only the lengths are given, by symbol; 0 for a symbol that does not occur.
 *
 * @param mayLack a code of one single bit may stand for one symbol only.
 * @throws Error with `problem` when no code has these lengths.
 */
export function huffmanCode(lengths: Uint8Array, problem: string, mayLack = true): HuffmanCode {
  const width = lengths.reduce((most, length) => Math.max(most, length), 0);
  const next = firstCodes(lengths, width, problem, mayLack);
  const table = new Uint16Array(2 ** width);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const code = next[length] ?? 0;
    next[length] = code + 1;
    for (let at = reversed(code, length); at < table.length; at += 2 ** length) {
      table[at] = symbol * 16 + length;
    }
  });
  return { table, width };
}

/** The first code of each length: shorter ones come first. */
function firstCodes(lengths: Uint8Array, width: number, problem: string, mayLack: boolean): number[] {
  const counts = new Array<number>(width + 1).fill(0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const first = [0, 0];
  let room = 1;
  for (let length = 1; length <= width; length++) {
    const count = counts[length] ?? 0;
    room = 2 * room - count;
    if (room < 0) throw new Error(problem);
    first[length + 1] = 2 * ((first[length] ?? 0) + count);
  }
  if (width > 0 && room > 0 && !(mayLack && width === 1)) throw new Error(problem);
  return first;
}

/** Codes are stored with their highest bit first, all else with the lowest. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result = 2 * result + ((code >>> bit) & 1);
  return result;
}

/** A stream of bits, the lowest of each byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0; // of the bits taken from the bytes and not yet read

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The next `count` ≤ 16 bits as a number. @throws Error at the end of the bytes. */
  read(count: number): number {
    this.#fill(count);
    if (this.#count < count) throw new Error(ENDED);
    const value = this.#bits & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  /** The next symbol of a code. @throws Error with `problem` when no code begins so. */
  symbol({ table, width }: HuffmanCode, problem: string): number {
    this.#fill(width);
    const entry = table[this.#bits & ((1 << width) - 1)] ?? 0;
    const length = entry & 15;
    if (length > this.#count || (entry === 0 && this.#count < width)) throw new Error(ENDED);
    if (entry === 0) throw new Error(problem);
    this.#drop(length);
    return entry >>> 4;
  }

  /** The next `length` bytes, after the rest of a byte that was begun. @throws Error when there are fewer. */
  bytes(length: number): Uint8Array {
    const start = this.#at - (this.#count >>> 3);
    if (start + length > this.#bytes.length) throw new Error(ENDED);
    [this.#at, this.#bits, this.#count] = [start + length, 0, 0];
    return this.#bytes.subarray(start, start + length);
  }

  #fill(count: number): void {
    while (this.#count < count && this.#at < this.#bytes.length) {
      this.#bits |= (this.#bytes[this.#at++] ?? 0) << this.#count;
      this.#count += 8;
    }
  }

  #drop(count: number): void {
    this.#bits >>>= count;
    this.#count -= count;
  }
}

const ENDED = 'unexpected end of file';

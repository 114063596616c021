/**
 * The bits of a JPEG scan and the Huffman codes in them.
 *
 * Source: ITU-T T.81, annex C (codes from their lengths) and F.2.2 (decoding).
 */
import { damagedJpeg, truncatedJpeg } from './segments.js';

/** Codes up to this length are found in one look-up. */
const FAST_BITS = 9;

export interface HuffmanTable {
  readonly fast: Uint16Array; //    [2^FAST_BITS]: symbol · 16 + length, 0 for a longer code
  readonly lastCode: Int32Array; // [17]: the largest code of each length, −1 when there is none
  readonly offset: Int32Array; //   [17]: added to a code, the index of its symbol
  readonly symbols: Uint8Array;
}

/**
 * The table whose codes have `counts[i]` entries of length i + 1, in the order of `symbols`.
 *
 * @throws Error when the lengths are not those of a code.
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const fast = new Uint16Array(2 ** FAST_BITS);
  const lastCode = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let used = 0;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    const count = counts[length - 1] ?? 0;
    offset[length] = used - code;
    if (code + count > 2 ** length) throw damagedJpeg('an impossible Huffman table');
    for (let i = 0; i < count && length <= FAST_BITS; i++) {
      const from = (code + i) << (FAST_BITS - length);
      fast.fill((symbols[used + i] ?? 0) * 16 + length, from, from + 2 ** (FAST_BITS - length));
    }
    used += count;
    code += count;
    if (count > 0) lastCode[length] = code - 1;
  }
  return { fast, lastCode, offset, symbols };
}

/** Reads the compressed data of one scan bit by bit; 0xFF 0x00 stands for the byte 0xFF. */
export class BitReader {
  readonly #data: Uint8Array;
  #at = 0;
  #word = 0; //    the next bits, in the low `#left` bits
  #left = 0;
  #padding = 0; // how many of them lie beyond the data

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** An unsigned number of `count` bits, 0 to 16. */
  read(count: number): number {
    const value = this.#peek(count);
    this.#skip(count);
    return value;
  }

  /** A signed number of `count` bits, 1 to 16: the lower half of the values stands for negative ones. */
  readSigned(count: number): number {
    const value = this.read(count);
    return value < 2 ** (count - 1) ? value - 2 ** count + 1 : value;
  }

  /** The symbol of the next code. */
  decode(table: HuffmanTable): number {
    const entry = table.fast[this.#peek(FAST_BITS)] ?? 0;
    if (entry === 0) return this.#decodeLong(table);
    this.#skip(entry & 15);
    return entry >> 4;
  }

  #decodeLong(table: HuffmanTable): number {
    const bits = this.#peek(16);
    for (let length = FAST_BITS + 1; length <= 16; length++) {
      const code = bits >> (16 - length);
      if (code > (table.lastCode[length] ?? -1)) continue;
      this.#skip(length);
      return table.symbols[code + (table.offset[length] ?? 0)] ?? 0;
    }
    if (this.#padding > 0) throw truncatedJpeg();
    throw damagedJpeg('an unknown Huffman code');
  }

  /** Drops what is left of the interval and goes behind the next restart marker. */
  restart(): void {
    const data = this.#data;
    let at = data.indexOf(0xff, this.#at);
    while (at >= 0 && ((data[at + 1] ?? 0) & 0xf8) !== 0xd0) at = data.indexOf(0xff, at + 1);
    if (at < 0) throw truncatedJpeg();
    this.#at = at + 2;
    this.#left = 0;
    this.#padding = 0;
  }

  #peek(count: number): number {
    if (this.#left < count) this.#fill();
    return (this.#word >>> (this.#left - count)) & (2 ** count - 1);
  }

  #skip(count: number): void {
    this.#left -= count;
    if (this.#left < this.#padding) throw truncatedJpeg();
  }

  /** At least 25 bits; zeros once a marker or the end is reached. */
  #fill(): void {
    while (this.#left <= 24) {
      let byte = this.#data[this.#at];
      if (byte === 0xff && this.#data[this.#at + 1] !== 0) byte = undefined;
      if (byte === undefined) this.#padding += 8;
      else this.#at += byte === 0xff ? 2 : 1;
      this.#word = (this.#word << 8) | (byte ?? 0);
      this.#left += 8;
    }
  }
}

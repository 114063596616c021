/**
 * Decompresses what zlib compresses: the data of PNG pictures, in browsers, whose own decompressor answers only later.
 *
 * Source: RFC 1950 (zlib), RFC 1951 (deflate). It refuses what zlib refuses.
 */
import { adler32 } from './checksums.js';
import { BitReader, type HuffmanCode, huffmanCode } from './huffman.js';

/** What the bytes inflate to is more than the caller has room for. */
export class TooLongError extends Error {}

/**
 * The decompressed bytes; what follows the compressed ones is ignored.
 *
 * @param limit the most bytes that are wanted: no more memory is taken.
 * @throws Error saying in a few words what is wrong; TooLongError beyond the limit.
 */
export function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  const bits = new BitReader(bytes, 0);
  checkHeader(bits);
  const out = { bytes: new Uint8Array(limit), length: 0 };
  for (let isLast = false; !isLast; ) {
    isLast = bits.read(1) === 1;
    const kind = bits.read(2);
    if (kind === 0) copyStored(bits, out);
    else if (kind === 1) expand(bits, fixedCodes(), out);
    else if (kind === 2) expand(bits, readCodes(bits), out);
    else throw new Error('invalid block type');
  }
  const result = out.bytes.subarray(0, out.length);
  const [a = 0, b = 0, c = 0, d = 0] = bits.bytes(4);
  if (adler32(result) !== ((a << 24) | (b << 16) | (c << 8) | d) >>> 0)
    throw new Error('incorrect data check');
  return result;
}

interface Output {
  readonly bytes: Uint8Array;
  length: number;
}

/** Codes of literals and lengths, and of distances. */
type Codes = readonly [symbols: HuffmanCode, distances: HuffmanCode];

function checkHeader(bits: BitReader): void {
  const [method, window, flags] = [bits.read(4), bits.read(4), bits.read(8)];
  if ((256 * (16 * window + method) + flags) % 31 !== 0) throw new Error('incorrect header check');
  if (method !== 8) throw new Error('unknown compression method');
  if (window > 7) throw new Error('invalid window size');
  if (flags & 32) throw new Error('Missing dictionary');
}

function copyStored(bits: BitReader, out: Output): void {
  const [a = 0, b = 0, c = 0, d = 0] = bits.bytes(4);
  const length = a + 256 * b;
  if (length !== (~(c + 256 * d) & 0xffff)) throw new Error('invalid stored block lengths');
  const end = out.length + length;
  if (end > out.bytes.length) throw new TooLongError();
  out.bytes.set(bits.bytes(length), out.length);
  out.length = end;
}

const END = 256; // of a block

/** Literals as they are, and copies of what was written before: a length, then a distance. */
function expand(bits: BitReader, [symbols, distances]: Codes, out: Output): void {
  const { bytes } = out;
  for (;;) {
    const symbol = bits.symbol(symbols, 'invalid literal/length code');
    if (symbol === END) return;
    if (symbol < END) {
      if (out.length === bytes.length) throw new TooLongError();
      bytes[out.length++] = symbol;
      continue;
    }
    const length = read(bits, LENGTHS, symbol - END - 1, 'invalid literal/length code');
    const distance = read(
      bits,
      DISTANCES,
      bits.symbol(distances, 'invalid distance code'),
      'invalid distance code',
    );
    if (distance > out.length) throw new Error('invalid distance too far back');
    if (out.length + length > bytes.length) throw new TooLongError();
    for (const end = out.length + length; out.length < end; out.length++) {
      bytes[out.length] = bytes[out.length - distance] ?? 0; // one by one: a copy may read what it has written
    }
  }
}

type Ranges = readonly (readonly [base: number, extraBits: number])[];

function read(bits: BitReader, ranges: Ranges, symbol: number, problem: string): number {
  const range = ranges[symbol];
  if (range === undefined) throw new Error(problem);
  return range[0] + bits.read(range[1]);
}

/** Lengths 3…258 (RFC 1951, 3.2.5): four symbols for each number of extra bits, and one of its own for the longest. */
const LENGTHS: Ranges = [...growing(3, 28, 4), [258, 0]];
/** Distances 1…32768: two symbols for each number of extra bits. */
const DISTANCES: Ranges = growing(1, 30, 2);

function growing(base: number, count: number, perSize: number): Ranges {
  let next = base;
  return Array.from({ length: count }, (_, symbol) => {
    const extraBits = Math.max(0, Math.floor(symbol / perSize) - 1);
    const range = [next, extraBits] as const;
    next += 2 ** extraBits;
    return range;
  });
}

let fixed: Codes | undefined;

/** RFC 1951, 3.2.6. */
function fixedCodes(): Codes {
  const lengths = Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  fixed ??= [huffmanCode(lengths, ''), huffmanCode(new Uint8Array(32).fill(5), '')];
  return fixed;
}

/** In this order the lengths of the code are stored that the lengths of the codes are stored in (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function readCodes(bits: BitReader): Codes {
  const [symbols, distances, stored] = [bits.read(5) + 257, bits.read(5) + 1, bits.read(4) + 4];
  if (symbols > 286 || distances > 30) throw new Error('too many length or distance symbols');
  const first = new Uint8Array(19);
  for (const place of ORDER.slice(0, stored)) first[place] = bits.read(3);
  const lengths = readLengths(
    bits,
    huffmanCode(first, 'invalid code lengths set', false),
    symbols + distances,
  );
  if (lengths[END] === 0) throw new Error('invalid code -- missing end-of-block');
  return [
    huffmanCode(lengths.subarray(0, symbols), 'invalid literal/lengths set'),
    huffmanCode(lengths.subarray(symbols), 'invalid distances set'),
  ];
}

/** Lengths as they are; 16 repeats the last one, 17 and 18 stand for zeros. */
function readLengths(bits: BitReader, code: HuffmanCode, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    const symbol = bits.symbol(code, 'invalid bit length repeat');
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    const times = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
    const value = symbol === 16 ? lengths[at - 1] : 0;
    if (value === undefined || at + times > count) throw new Error('invalid bit length repeat');
    lengths.fill(value, at, at + times);
    at += times;
  }
  return lengths;
}

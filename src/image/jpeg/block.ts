/**
 * The four ways in which a JPEG scan adds to the 64 coefficients of a block.
 *
 * Source: ITU-T T.81, F.2.2 (sequential), G.1.2 and G.2 (progressive: a band of frequencies, a bit of
 * precision).
 */
import type { BitReader, HuffmanTable } from './huffman.js';
import { damagedJpeg } from './segments.js';

/** What a scan says about itself, and what it carries from block to block. */
export interface ScanState {
  readonly bits: BitReader;
  readonly first: number; // the band of frequencies, in zigzag order
  readonly last: number;
  readonly shift: number; // the bit of precision that is sent
  blocksToSkip: number; // blocks of this band that hold nothing (more) to come
}

/** The tables of one component in a scan, and its last DC value. */
export interface BlockCoder {
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  previousDc: number;
}

/** Reads one block into `coefficients[at … at + 63]`, row by row. */
export type BlockReader = (scan: ScanState, coder: BlockCoder, coefficients: Int16Array, at: number) => void;

/** All coefficients at once. */
export const readSequential: BlockReader = (scan, coder, coefficients, at) => {
  const { bits } = scan;
  coefficients[at] = nextDc(bits, coder);
  for (let k = 1; k < 64; k++) {
    const symbol = bits.decode(coder.ac);
    const size = symbol & 15;
    k += symbol >> 4;
    if (size > 0) coefficients[at + position(k)] = bits.readSigned(size);
    else if (symbol !== ZEROS_16) return;
  }
};

export const readDcFirst: BlockReader = (scan, coder, coefficients, at) => {
  coefficients[at] = nextDc(scan.bits, coder) << scan.shift;
};

export const refineDc: BlockReader = (scan, _coder, coefficients, at) => {
  if (scan.bits.read(1)) coefficients[at] = (coefficients[at] ?? 0) | (1 << scan.shift);
};

export const readAcFirst: BlockReader = (scan, coder, coefficients, at) => {
  if (scan.blocksToSkip > 0) {
    scan.blocksToSkip--;
    return;
  }
  for (let k = scan.first; k <= scan.last; k++) {
    const symbol = scan.bits.decode(coder.ac);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (size === 0 && symbol !== ZEROS_16) {
      scan.blocksToSkip = emptyBlocks(scan.bits, run) - 1;
      return;
    }
    k += run;
    if (size > 0) coefficients[at + position(k)] = scan.bits.readSigned(size) * 2 ** scan.shift;
  }
};

/** One more bit for the coefficients that are not zero, and new ones of ±1 in between. */
export const refineAc: BlockReader = (scan, coder, coefficients, at) => {
  let k = scan.first;
  while (k <= scan.last && scan.blocksToSkip === 0) {
    const symbol = scan.bits.decode(coder.ac);
    const run = symbol >> 4;
    if ((symbol & 15) > 1) throw damagedJpeg('a refinement by more than a bit');
    if ((symbol & 15) === 0 && symbol !== ZEROS_16) {
      scan.blocksToSkip = emptyBlocks(scan.bits, run);
      break;
    }
    const sign = symbol === ZEROS_16 ? 0 : scan.bits.read(1) ? 1 : -1;
    k = refineRun(scan, coefficients, at, k, run);
    if (sign !== 0) coefficients[at + position(k)] = sign * 2 ** scan.shift;
    k++;
  }
  if (scan.blocksToSkip > 0) {
    refineRun(scan, coefficients, at, k, 64);
    scan.blocksToSkip--;
  }
};

/**
 * Refines from `k` on, passing `zeros` coefficients that are zero; where the next zero lies, or behind the
 * band.
 */
function refineRun(scan: ScanState, coefficients: Int16Array, at: number, k: number, zeros: number): number {
  const bit = 1 << scan.shift;
  let left = zeros;
  let next = k;
  for (; next <= scan.last; next++) {
    const i = at + position(next);
    const value = coefficients[i] ?? 0;
    if (value === 0) {
      if (left-- === 0) break;
    } else if (scan.bits.read(1) && (value & bit) === 0) {
      coefficients[i] = value + (value > 0 ? bit : -bit);
    }
  }
  return next;
}

/** Sixteen zeros, not the end of the block. */
const ZEROS_16 = 0xf0;

function nextDc(bits: BitReader, coder: BlockCoder): number {
  const size = bits.decode(coder.dc);
  if (size > 15) throw damagedJpeg(`a DC difference of ${size} bits`);
  if (size > 0) coder.previousDc += bits.readSigned(size);
  return coder.previousDc;
}

/** How many blocks, this one included, hold nothing more of the band: 2^run and `run` bits. */
function emptyBlocks(bits: BitReader, run: number): number {
  return 2 ** run + bits.read(run);
}

/** Where the k-th frequency in zigzag order lies in the block. */
function position(k: number): number {
  const place = ZIGZAG[k];
  if (place === undefined) throw damagedJpeg('more than 64 coefficients in a block');
  return place;
}

// biome-ignore format: a picture of the walk
export const ZIGZAG = Uint8Array.of(
   0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
);

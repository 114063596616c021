/**
 * Rows of JPEG components → RGB bytes, in the integer arithmetic of libjpeg (YCbCr) and Pillow (inks).
 *
 * R = Y + 1.402 Cr,  G = Y − 0.34414 Cb − 0.71414 Cr,  B = Y + 1.772 Cb   (Cb, Cr around 128; JFIF)
 *
 * Source: `jdcolor.c` of libjpeg (16-bit fixed-point tables); `Convert.c` of Pillow (cmyk2rgb).
 */
import type { JpegColorSpace } from './header.js';

/** One row [X] of each component → RGB bytes [X, 3] at `to` of `out`. */
export type RowToRgb = (rows: readonly Uint8Array[], out: Uint8Array, to: number) => void;

export function rowToRgb(colorSpace: JpegColorSpace): RowToRgb {
  switch (colorSpace) {
    case 'gray':
      return ([gray], out, to) => copyRows([gray, gray, gray], out, to);
    case 'RGB':
      return copyRows;
    case 'YCbCr':
      return yccToRgb;
    case 'CMYK':
      return cmykToRgb;
    case 'YCCK':
      return ycckToRgb;
  }
}

function copyRows(rows: ReadonlyArray<Uint8Array | undefined>, out: Uint8Array, to: number): void {
  for (const [c, row = NO_ROW] of rows.entries()) {
    for (let x = 0; x < row.length; x++) out[to + 3 * x + c] = row[x] ?? 0;
  }
}

function yccToRgb(
  [luma = NO_ROW, blue = NO_ROW, red = NO_ROW]: readonly Uint8Array[],
  out: Uint8Array,
  to: number,
): void {
  for (let x = 0, i = to; x < luma.length; x++, i += 3) {
    const y = luma[x] ?? 0;
    const cb = blue[x] ?? 0;
    const cr = red[x] ?? 0;
    out[i] = clamp(y + (CR_TO_R[cr] ?? 0));
    out[i + 1] = clamp(y + (((CB_TO_G[cb] ?? 0) + (CR_TO_G[cr] ?? 0)) >> 16));
    out[i + 2] = clamp(y + (CB_TO_B[cb] ?? 0));
  }
}

/** Inks are stored inverted, as Adobe writes them and Pillow takes all four-component files. */
function cmykToRgb([cyan, magenta, yellow, black]: readonly Uint8Array[], out: Uint8Array, to: number): void {
  copyRows([cyan, magenta, yellow], out, to);
  for (let i = to; i < to + 3 * (black?.length ?? 0); i++) out[i] = 255 - (out[i] ?? 0);
  addBlack(black, out, to);
}

/** YCbCr of the inverted inks, black as it is. */
function ycckToRgb(rows: readonly Uint8Array[], out: Uint8Array, to: number): void {
  yccToRgb(rows, out, to);
  addBlack(rows[3], out, to);
}

/** Inks in `out` → light: white − black − ink · (1 − black), in Pillow's rounding. */
function addBlack(black: Uint8Array = NO_ROW, out: Uint8Array, to: number): void {
  for (let i = 0; i < 3 * black.length; i++) {
    const white = black[Math.floor(i / 3)] ?? 0; // stored inverted
    const product = (out[to + i] ?? 0) * white + 128;
    out[to + i] = clamp(white - ((product + (product >> 8)) >> 8));
  }
}

const NO_ROW = new Uint8Array(0);
const HALF = 1 << 15;
const fixed = (x: number): number => Math.floor(x * 65536 + 0.5);
const table = (entry: (chroma: number) => number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, i) => entry(i - 128));

const CR_TO_R = table((chroma) => (fixed(1.402) * chroma + HALF) >> 16);
const CB_TO_B = table((chroma) => (fixed(1.772) * chroma + HALF) >> 16);
const CR_TO_G = table((chroma) => -fixed(0.71414) * chroma);
const CB_TO_G = table((chroma) => -fixed(0.34414) * chroma + HALF);

function clamp(value: number): number {
  return Math.max(Math.min(value, 255), 0);
}

/**
 * YCbCr → RGB in the integer arithmetic of libjpeg.
 *
 * R = Y + 1.402 Cr,  G = Y − 0.34414 Cb − 0.71414 Cr,  B = Y + 1.772 Cb   (Cb, Cr around 128; JFIF)
 *
 * Source: `jdcolor.c`: 16-bit fixed-point tables.
 */

/** One row [X] of each component. */
export type ComponentRows = readonly [Uint8Array, Uint8Array, Uint8Array];

/** Rows of R, G, B → RGB bytes [X, 3] at `to` of `out`. */
export function rgbRow(rows: ComponentRows, out: Uint8Array, to: number): void {
  for (const [c, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) out[to + 3 * x + c] = row[x] ?? 0;
  }
}

/** Rows of Y, Cb, Cr → RGB bytes [X, 3] at `to` of `out`. */
export function yccRow([luma, blue, red]: ComponentRows, out: Uint8Array, to: number): void {
  for (let x = 0; x < luma.length; x++) {
    const y = luma[x] ?? 0;
    const cb = blue[x] ?? 0;
    const cr = red[x] ?? 0;
    const i = to + 3 * x;
    out[i] = clamp(y + (CR_TO_R[cr] ?? 0));
    out[i + 1] = clamp(y + (((CB_TO_G[cb] ?? 0) + (CR_TO_G[cr] ?? 0)) >> 16));
    out[i + 2] = clamp(y + (CB_TO_B[cb] ?? 0));
  }
}

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

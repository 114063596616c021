/**
 * The rows of a PNG in the order they are stored: one pass, or the seven of an interlaced picture.
 *
 * Source: PNG specification (W3C), 8.1 "Interlace methods" (Adam7) and 7.2 "Scanlines".
 */
import type { PngHeader } from './chunks.js';

/** Every `stepX`-th pixel from `x` on, of every `stepY`-th row from `y` on. */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
  readonly rowBytes: number; // without the filter byte in front
}

/** The passes that hold pixels. */
export function passesOf(header: PngHeader): PngPass[] {
  const starts = header.isInterlaced ? ADAM7 : WHOLE;
  return starts.flatMap(([x, y, stepX, stepY]) => {
    const columns = Math.ceil((header.width - x) / stepX);
    const rows = Math.ceil((header.height - y) / stepY);
    const rowBytes = Math.ceil((columns * bitsPerPixel(header)) / 8);
    return columns > 0 && rows > 0 ? [{ x, y, stepX, stepY, columns, rows, rowBytes }] : [];
  });
}

/** How many bytes the decompressed picture has, filter bytes included. */
export function inflatedBytes(passes: readonly PngPass[]): number {
  return passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}

/** Samples a pixel, by colour type. */
export function channelsOf({ colorType }: PngHeader): number {
  return [1, 0, 3, 1, 2, 0, 4][colorType] ?? 0;
}

export function bitsPerPixel(header: PngHeader): number {
  return header.depth * channelsOf(header);
}

const WHOLE = [[0, 0, 1, 1]] as const;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

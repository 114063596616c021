/** PNG samples of any kind → RGB bytes, with Pillow's choices for what does not fit. */
import type { PngHeader } from './chunks.js';
import { channelsOf } from './passes.js';

/** Writes the RGB bytes of one unfiltered row: pixel i at `out[to + i · step]`, for all `count` pixels. */
export type RowConverter = (
  row: Uint8Array,
  count: number,
  out: Uint8Array,
  to: number,
  step: number,
) => void;

/**
 * Gray is repeated, palette entries are looked up, alpha is passed over. Of 16 bits the high byte is kept,
 * except that gray without alpha saturates at 255 (Pillow); fewer than 8 bits are stretched to 0–255.
 */
export function rowConverter(header: PngHeader, palette: Uint8Array | undefined): RowConverter {
  const channels = channelsOf(header);
  const sample = sampleReader(header);
  if (palette) return paletteConverter(sample, palette);
  const green = channels > 2 ? 1 : 0;
  return (row, count, out, to, step) => {
    for (let i = 0, at = to; i < count; i++, at += step) {
      out[at] = sample(row, i * channels);
      out[at + 1] = sample(row, i * channels + green);
      out[at + 2] = sample(row, i * channels + 2 * green);
    }
  };
}

function paletteConverter(index: SampleReader, palette: Uint8Array): RowConverter {
  return (row, count, out, to, step) => {
    for (let i = 0, at = to; i < count; i++, at += step) {
      const entry = 3 * index(row, i);
      out[at] = palette[entry] ?? 0;
      out[at + 1] = palette[entry + 1] ?? 0;
      out[at + 2] = palette[entry + 2] ?? 0;
    }
  };
}

/** Sample `i` of a row as a byte: a level, or a palette index. */
type SampleReader = (row: Uint8Array, i: number) => number;

function sampleReader({ depth, colorType }: PngHeader): SampleReader {
  if (depth === 8) return (row, i) => row[i] ?? 0;
  if (depth === 16) {
    return colorType === 0
      ? (row, i) => ((row[2 * i] ?? 0) > 0 ? 255 : (row[2 * i + 1] ?? 0))
      : (row, i) => row[2 * i] ?? 0;
  }
  const mask = 2 ** depth - 1;
  const scale = colorType === 3 ? 1 : 255 / mask;
  return (row, i) => {
    const bit = i * depth;
    return (((row[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & mask) * scale;
  };
}

/**
 * The tables a JPEG file defines on the way: quantisation, Huffman codes, the restart interval.
 *
 * Source: ITU-T T.81, B.2.4.
 */
import { ZIGZAG } from './block.js';
import { type HuffmanTable, huffmanTable } from './huffman.js';
import { DHT, DQT, DRI, damagedJpeg, type JpegSegment } from './segments.js';

/** What is defined so far; each definition replaces the one before it. */
export interface JpegTables {
  readonly quantization: Map<number, Uint16Array>; // [64], row by row
  readonly dc: Map<number, HuffmanTable>;
  readonly ac: Map<number, HuffmanTable>;
  restartInterval: number; // units between restart markers, 0: none
}

export function noTables(): JpegTables {
  return { quantization: new Map(), dc: new Map(), ac: new Map(), restartInterval: 0 };
}

/**
 * Takes over what `segment` defines; other segments than tables are passed over.
 *
 * @throws Error for a table that is not whole or not possible.
 */
export function readTables(tables: JpegTables, { marker, content }: JpegSegment): void {
  if (marker === DQT) for (let at = 0; at < content.length; ) at = readQuantization(tables, content, at);
  if (marker === DHT) for (let at = 0; at < content.length; ) at = readHuffman(tables, content, at);
  if (marker === DRI) tables.restartInterval = ((content[0] ?? 0) << 8) | (content[1] ?? 0);
}

function readQuantization({ quantization }: JpegTables, content: Uint8Array, at: number): number {
  const head = content[at] ?? 0;
  const bytes = head >> 4 === 0 ? 1 : 2;
  const end = at + 1 + 64 * bytes;
  if (head >> 4 > 1 || end > content.length) throw damagedJpeg('an impossible quantisation table');
  const table = new Uint16Array(64);
  for (const [k, place] of ZIGZAG.entries()) {
    const i = at + 1 + k * bytes;
    table[place] = bytes === 1 ? (content[i] ?? 0) : ((content[i] ?? 0) << 8) | (content[i + 1] ?? 0);
  }
  quantization.set(head & 15, table);
  return end;
}

function readHuffman({ dc, ac }: JpegTables, content: Uint8Array, at: number): number {
  const head = content[at] ?? 0;
  const counts = content.subarray(at + 1, at + 17);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const end = at + 17 + total;
  if (head >> 4 > 1 || end > content.length) throw damagedJpeg('an impossible Huffman table');
  (head >> 4 === 0 ? dc : ac).set(head & 15, huffmanTable(counts, content.subarray(at + 17, end)));
  return end;
}

/**
 * One scan of a JPEG file: which blocks of which components it visits, in which order.
 *
 * Source: ITU-T T.81, A.2.2 and A.2.3 (interleaving), B.2.3 (scan header), E.2.4 (restart).
 */
import {
  type BlockCoder,
  type BlockReader,
  readAcFirst,
  readDcFirst,
  readSequential,
  refineAc,
  refineDc,
  type ScanState,
} from './block.js';
import { type Component, unitsOf } from './components.js';
import type { JpegFrame } from './header.js';
import { BitReader, type HuffmanTable, huffmanTable } from './huffman.js';
import { damagedJpeg, type JpegSegment } from './segments.js';
import type { JpegTables } from './tables.js';

/** A component in a scan. */
interface Member {
  readonly component: Component;
  readonly coder: BlockCoder;
}

/**
 * Adds what the scan holds to the coefficients of its components; how many blocks it visited.
 *
 * @throws Error for a damaged or truncated scan.
 */
export function readScan(
  frame: JpegFrame,
  components: readonly Component[],
  tables: JpegTables,
  { content, data }: JpegSegment,
): number {
  const count = content[0] ?? 0;
  if (count < 1 || count > 4 || content.length !== 4 + 2 * count)
    throw damagedJpeg('a scan header of the wrong size');
  const members = Array.from({ length: count }, (_, i) => {
    const [id = 0, selectors = 0] = content.subarray(1 + 2 * i);
    return memberOf(components, tables, id, selectors);
  });
  const [first = 0, last = 0, approximation = 0] = content.subarray(1 + 2 * count);
  const scan = { bits: new BitReader(data), first, last, shift: approximation & 15, blocksToSkip: 0 };
  const read = frame.isProgressive ? progressiveReader(scan, approximation >> 4, count) : readSequential;
  return readUnits(scan, members, gridOf(frame, members), read, tables.restartInterval);
}

/**
 * The units of a scan: the whole picture's if components are interleaved, else the blocks of the one
 * component.
 */
function gridOf(frame: JpegFrame, members: readonly Member[]): { across: number; down: number } {
  const [single, second] = members;
  if (single === undefined || second !== undefined) return unitsOf(frame);
  return { across: Math.ceil(single.component.width / 8), down: Math.ceil(single.component.height / 8) };
}

function readUnits(
  scan: ScanState,
  members: readonly Member[],
  grid: { across: number; down: number },
  read: BlockReader,
  restartInterval: number,
): number {
  const isSingle = members.length === 1;
  for (let unit = 0; unit < grid.across * grid.down; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) restart(scan, members);
    const [row, column] = [Math.floor(unit / grid.across), unit % grid.across];
    for (const { component, coder } of members) {
      const [h, v] = isSingle ? [1, 1] : [component.h, component.v];
      for (let block = 0; block < h * v; block++) {
        const y = row * v + Math.floor(block / h);
        const x = column * h + (block % h);
        read(scan, coder, component.coefficients, 64 * (y * component.blocksAcross + x));
      }
    }
  }
  const perUnit = isSingle ? 1 : members.reduce((sum, { component }) => sum + component.h * component.v, 0);
  return grid.across * grid.down * perUnit;
}

/** Behind a restart marker nothing is carried over. */
function restart(scan: ScanState, members: readonly Member[]): void {
  scan.bits.restart();
  scan.blocksToSkip = 0;
  for (const { coder } of members) coder.previousDc = 0;
}

function memberOf(
  components: readonly Component[],
  { quantization, dc, ac }: JpegTables,
  id: number,
  selectors: number,
): Member {
  const component = components.find((candidate) => candidate.id === id);
  if (component === undefined) throw damagedJpeg(`a scan of an unknown component ${id}`);
  const table = component.quantization ?? quantization.get(component.table);
  if (table === undefined) throw damagedJpeg(`quantisation table ${component.table} is not defined`);
  component.quantization = table;
  const coder = {
    dc: dc.get(selectors >> 4) ?? NO_CODES,
    ac: ac.get(selectors & 15) ?? NO_CODES,
    previousDc: 0,
  };
  return { component, coder };
}

/**
 * Stands for a table that is not defined: a scan may not need both. Any code read with it is an unknown one.
 */
const NO_CODES: HuffmanTable = huffmanTable(new Uint8Array(16), new Uint8Array(0));

function progressiveReader(
  { first, last, shift }: ScanState,
  previousShift: number,
  count: number,
): BlockReader {
  const isDc = first === 0;
  const isBand = isDc ? last === 0 : count === 1 && first <= last && last < 64;
  const isFirst = previousShift === 0;
  if (!isBand || shift > 13 || (!isFirst && previousShift !== shift + 1)) {
    throw damagedJpeg(`an impossible progressive scan ${first}-${last}, bits ${previousShift}-${shift}`);
  }
  if (isDc) return isFirst ? readDcFirst : refineDc;
  return isFirst ? readAcFirst : refineAc;
}

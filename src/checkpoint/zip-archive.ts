/**
 * The zip archives that PyTorch writes: entries are stored, never compressed, so an entry is a range of the
 * file.
 *
 * Sizes come from the central directory (PyTorch leaves the local headers empty and appends data
 * descriptors); archives beyond 4 GB carry them in zip64 fields. Layout: PKWARE APPNOTE 6.3.3, §4.3.
 */
import type { ByteSource } from './byte-source.js';

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** Where the entry's local header begins; the data follow it. */
  readonly header: number;
}

export type ZipDirectory = ReadonlyMap<string, ZipEntry>;

const endRecord = { signature: 0x06054b50, length: 22 };
const locator = { signature: 0x07064b50, length: 20 };
const zip64Record = { signature: 0x06064b50, length: 56 };
const directoryEntry = { signature: 0x02014b50, length: 46 };
const localHeader = { signature: 0x04034b50, length: 30 };
const maxCommentLength = 0xffff;
/** Largest directory believed: some 500,000 entries. */
const maxDirectoryLength = 64_000_000;

/**
 * Reads the central directory. @throws Error for what is no such archive, or compressed, encrypted,
 * malformed.
 */
export async function readZipDirectory(bytes: ByteSource, signal?: AbortSignal): Promise<ZipDirectory> {
  const { start, length, count } = await findDirectory(bytes, signal);
  if (length > maxDirectoryLength || count * directoryEntry.length > length || start + length > bytes.size) {
    throw new RangeError(
      `expected a zip directory within ${bytes.size} bytes, got ${count} entries in ${length} bytes at ${start}`,
    );
  }
  const directory = await bytes.read(start, length, signal);
  const view = new DataView(directory.buffer);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(view, at);
    if (entries.has(entry.name)) throw new Error(`expected each zip entry once, got ${entry.name} twice`);
    if (entry.header + localHeader.length + entry.size > start) {
      throw new RangeError(
        `${entry.name}: expected within the archive, got ${entry.size} bytes at ${entry.header}`,
      );
    }
    entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}

/** Where the data of an entry begin. Its local header has a padding of its own, so it must be read. */
export async function entryStart(bytes: ByteSource, entry: ZipEntry, signal?: AbortSignal): Promise<number> {
  const header = new DataView((await bytes.read(entry.header, localHeader.length, signal)).buffer);
  if (header.getUint32(0, true) !== localHeader.signature) {
    throw new Error(
      `${bytes.description}: expected a zip entry ${entry.name} at ${entry.header}, got other bytes`,
    );
  }
  const start = entry.header + localHeader.length + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + entry.size > bytes.size) {
    throw new RangeError(
      `${bytes.description}: ${entry.name}: expected within ${bytes.size} bytes, got beyond`,
    );
  }
  return start;
}

interface Directory {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

async function findDirectory(bytes: ByteSource, signal?: AbortSignal): Promise<Directory> {
  const tailStart = Math.max(0, bytes.size - endRecord.length - maxCommentLength - locator.length);
  const view = new DataView((await bytes.read(tailStart, bytes.size - tailStart, signal)).buffer);
  for (let at = view.byteLength - endRecord.length; at >= 0; at--) {
    if (view.getUint32(at, true) !== endRecord.signature) continue;
    if (at + endRecord.length + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const hasLocator =
      at >= locator.length && view.getUint32(at - locator.length, true) === locator.signature;
    if (hasLocator) return zip64Directory(bytes, safe(view, at - locator.length + 8), signal);
    return {
      count: view.getUint16(at + 10, true),
      length: view.getUint32(at + 12, true),
      start: view.getUint32(at + 16, true),
    };
  }
  throw new Error('expected a zip archive, got none (is the file complete?)');
}

async function zip64Directory(bytes: ByteSource, at: number, signal?: AbortSignal): Promise<Directory> {
  const view = new DataView((await bytes.read(at, zip64Record.length, signal)).buffer);
  if (view.getUint32(0, true) !== zip64Record.signature) {
    throw new Error(`expected a zip64 record at ${at}, got other bytes`);
  }
  return { count: safe(view, 32), length: safe(view, 40), start: safe(view, 48) };
}

function readEntry(view: DataView, at: number): { entry: ZipEntry; next: number } {
  if (at + directoryEntry.length > view.byteLength || view.getUint32(at, true) !== directoryEntry.signature) {
    throw new Error(`expected a zip directory entry at ${at} of ${view.byteLength}, got other bytes`);
  }
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const nameStart = at + directoryEntry.length;
  const next = nameStart + nameLength + extraLength + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw new RangeError(`expected a zip directory of ${next} bytes, got fewer`);
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, nameStart, nameLength));

  if ((view.getUint16(at + 8, true) & 1) !== 0)
    throw new Error(`${name}: expected a plain entry, got an encrypted one`);
  const method = view.getUint16(at + 10, true);
  if (method !== 0) throw new Error(`${name}: expected a stored entry, got compression method ${method}`);

  const extra = new DataView(view.buffer, nameStart + nameLength, extraLength);
  const fields = { stored: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true) };
  const { stored, size, header } = widened({ ...fields, header: view.getUint32(at + 42, true) }, extra);
  if (stored !== size) throw new RangeError(`${name}: expected ${size} stored bytes, got ${stored}`);
  return { entry: { name, size, header }, next };
}

/**
 * Fields that hold 2³² − 1 are continued in the zip64 extra field, in the order size, stored size, header.
 */
function widened<Fields extends { stored: number; size: number; header: number }>(
  fields: Fields,
  extra: DataView,
): { stored: number; size: number; header: number } {
  const wide = { ...fields };
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) === 1 && at + 4 + length <= extra.byteLength) {
      const field = new DataView(extra.buffer, extra.byteOffset + at + 4, length);
      let position = 0;
      for (const key of ['size', 'stored', 'header'] as const) {
        if (wide[key] !== 0xffffffff || position + 8 > length) continue;
        wide[key] = safe(field, position);
        position += 8;
      }
    }
    at += 4 + length;
  }
  return wide;
}

/** A 64-bit count as a number. @throws RangeError beyond 2⁵³, where numbers are no longer exact. */
function safe(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`expected a size below 2^53, got ${value}`);
  return Number(value);
}

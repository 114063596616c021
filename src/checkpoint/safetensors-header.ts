/**
 * The header of a safetensors file, checked to the last byte before anything is believed.
 *
 * Layout: 8 bytes little-endian length N; N bytes of JSON, name → {dtype, shape, data_offsets}; then the
 * data, to which the offsets are relative and which the tensors must cover without gap or overlap.
 */
import { type ByteSource, fileName } from './byte-source.js';
import { parseJsonText, shown } from './json-text.js';
import { checkTensorName, type DType, elementCount, itemSize, type TensorInfo } from './tensor-source.js';

/** Largest header believed, as in the original implementation: 100 MB are some 700,000 tensors. */
export const maxHeaderLength = 100_000_000;

/** A tensor of a safetensors file and where its bytes begin in the file. */
export interface PlacedTensor extends TensorInfo {
  readonly start: number;
}

export interface SafetensorsHeader {
  readonly tensors: readonly PlacedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads and checks the header.
 *
 * @throws Error with the file's name and what is wrong, for anything unusual.
 */
export async function readSafetensorsHeader(
  bytes: ByteSource,
  signal?: AbortSignal,
): Promise<SafetensorsHeader> {
  const fail = (problem: string): Error => new Error(`${bytes.description}: ${problem}`);
  if (bytes.size < 8) throw fail(`expected a safetensors file, got ${bytes.size} bytes`);
  const prefix = await bytes.read(0, 8, signal);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  const room = BigInt(bytes.size - 8);
  if (length > room)
    throw fail(`expected a header of at most ${room} bytes, got length ${length} (truncated?)`);
  if (length > maxHeaderLength) throw fail(`expected a header below ${maxHeaderLength} bytes, got ${length}`);
  const json = await bytes.read(8, Number(length), signal);
  try {
    return parseSafetensorsHeader(json, bytes.size, bytes.description);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
}

/** Checks the JSON part of a header against the size of the whole file. */
export function parseSafetensorsHeader(json: Uint8Array, fileSize: number, file: string): SafetensorsHeader {
  const header = parseJson(json);
  const dataStart = 8 + json.byteLength;
  const { __metadata__: metadata = {}, ...entries } = header;
  const name = fileName(file);
  const tensors = Object.entries(entries).map(([tensor, entry]) => placed(tensor, entry, dataStart, name));
  tensors.sort((a, b) => a.start - b.start || a.byteLength - b.byteLength);
  checkCover(tensors, dataStart, fileSize);
  return { tensors, metadata: checkMetadata(metadata) };
}

function parseJson(json: Uint8Array): Record<string, unknown> {
  const header = parseJsonText(decodeUtf8(json));
  if (!isRecord(header)) throw new TypeError('expected a JSON object as header, got another value');
  return header;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('expected JSON in UTF-8 as header, got other bytes');
  }
}

function placed(name: string, entry: unknown, dataStart: number, file: string): PlacedTensor {
  checkTensorName(name);
  if (!isRecord(entry)) throw new TypeError(`${name}: expected dtype, shape and data_offsets, got no object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDType(dtype)) {
    throw new TypeError(
      `${name}: expected one of ${Object.keys(itemSize).join(', ')}, got dtype ${shown(dtype)}`,
    );
  }
  if (!isCounts(shape)) throw new TypeError(`${name}: expected sizes, got shape ${shown(shape)}`);
  const [begin, end, ...more] = isCounts(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || more.length > 0 || end < begin) {
    throw new RangeError(`${name}: expected [begin, end], got data_offsets ${shown(offsets)}`);
  }
  const byteLength = elementCount(shape) * itemSize[dtype];
  if (byteLength !== end - begin) {
    throw new RangeError(
      `${name}: expected ${byteLength} bytes for ${dtype} ${shown(shape)}, got ${end - begin}`,
    );
  }
  return { name, dtype, shape, byteLength, file, start: dataStart + begin };
}

/**
 * The tensors, in order, must fill the data part exactly: nothing shared, nothing hidden, nothing missing.
 */
function checkCover(tensors: readonly PlacedTensor[], dataStart: number, fileSize: number): void {
  let end = dataStart;
  for (const { name, start, byteLength } of tensors) {
    if (start < end)
      throw new RangeError(`${name}: expected to begin at ${end}, got ${start}: tensors overlap`);
    if (start > end) throw new RangeError(`${name}: expected to begin at ${end}, got ${start}: unused bytes`);
    end = start + byteLength;
  }
  if (end > fileSize) throw new RangeError(`expected a file of ${end} bytes, got ${fileSize}: truncated`);
  if (end < fileSize) throw new RangeError(`expected a file of ${end} bytes, got ${fileSize}: extra bytes`);
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Record<string, string>; // checked on this line's condition
  }
  throw new TypeError('expected __metadata__ to map texts to texts, got another value');
}

const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const isDType = (x: unknown): x is DType => typeof x === 'string' && Object.hasOwn(itemSize, x);
const isCounts = (x: unknown): x is number[] =>
  Array.isArray(x) && x.every((size) => Number.isSafeInteger(size) && size >= 0);

/**
 * A file in the GGUF format, as far as the comparison needs it: some facts about the model, then tensors in float32
 * or in Q8_0, blocks of 32 int8 numbers that share a scale in float16.
 *
 * Layout: docs/gguf.md of ggml (version 3, little-endian).
 */
import { open } from 'node:fs/promises';

const VERSION = 3;
const ALIGNMENT = 32;
const TYPES = { u32: 4, i32: 5, f32: 6, text: 8, list: 9 } as const;
const F32 = 0;
const Q8_0 = 8;
const BLOCK = 32;
const BLOCK_BYTES = 2 + BLOCK;

export type Fact =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly f32s: readonly number[] }
  | { readonly i32s: readonly number[] };

/** A matrix [Out, In] or a vector; its values are asked for when it is written. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values:
    | { readonly floats: () => Float32Array }
    | { readonly int8: () => Int8Array; readonly scale: number };
}

/** @throws RangeError for rows in Q8_0 that are no multiple of 32. */
export async function writeGguf(
  path: string,
  facts: Readonly<Record<string, Fact>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(head(facts, tensors));
    for (const tensor of tensors) await file.writeFile(padded(bytesOf(tensor))); // goes on where the last ended
  } finally {
    await file.close();
  }
}

/** All before the tensors: what there is, and where each tensor lies. */
function head(facts: Readonly<Record<string, Fact>>, tensors: readonly GgufTensor[]): Uint8Array {
  const pieces = [Buffer.from('GGUF'), u32(VERSION), u64(tensors.length), u64(Object.keys(facts).length)];
  for (const [name, fact] of Object.entries(facts)) pieces.push(text(name), factBytes(fact));
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const kind = 'floats' in values ? F32 : Q8_0;
    pieces.push(text(name), u32(shape.length), ...[...shape].reverse().map(u64), u32(kind), u64(offset));
    offset += aligned(byteLength({ shape, values }));
  }
  return padded(Buffer.concat(pieces));
}

const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

function factBytes(fact: Fact): Buffer {
  const list = (type: number, items: readonly Buffer[]) =>
    Buffer.concat([u32(TYPES.list), u32(type), u64(items.length), ...items]);
  if ('u32' in fact) return Buffer.concat([u32(TYPES.u32), u32(fact.u32)]);
  if ('f32' in fact) return Buffer.concat([u32(TYPES.f32), f32(fact.f32)]);
  if ('text' in fact) return Buffer.concat([u32(TYPES.text), text(fact.text)]);
  if ('texts' in fact) return list(TYPES.text, fact.texts.map(text));
  if ('f32s' in fact) return list(TYPES.f32, fact.f32s.map(f32));
  return list(TYPES.i32, fact.i32s.map(u32));
}

const f32 = (value: number): Buffer => Buffer.from(Float32Array.of(value).buffer);
const aligned = (bytes: number): number => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(aligned(bytes.length));
  whole.set(bytes);
  return whole;
}

function byteLength({ shape, values }: Pick<GgufTensor, 'shape' | 'values'>): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if ('floats' in values) return 4 * count;
  if ((shape.at(-1) ?? 0) % BLOCK !== 0)
    throw new RangeError(`expected rows of a multiple of ${BLOCK}, got [${shape.join(', ')}]`);
  return (count / BLOCK) * BLOCK_BYTES;
}

function bytesOf({ values }: GgufTensor): Uint8Array {
  if ('floats' in values) {
    const { buffer, byteOffset, byteLength } = values.floats();
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  const numbers = values.int8();
  const bytes = new Uint8Array((numbers.length / BLOCK) * BLOCK_BYTES);
  const [low = 0, high = 0] = powerOfTwo(values.scale);
  for (let from = 0, to = 0; from < numbers.length; from += BLOCK, to += BLOCK_BYTES) {
    bytes[to] = low;
    bytes[to + 1] = high;
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset + from, BLOCK), to + 2);
  }
  return bytes;
}

/** A power of two in float16. @throws RangeError for other numbers, and beyond its normal ones. */
function powerOfTwo(value: number): Uint8Array {
  const exponent = Math.log2(value);
  if (!Number.isInteger(exponent) || exponent < -14 || exponent > 15)
    throw new RangeError(`expected a power of two from 2^-14 to 2^15, got ${value}`);
  return new Uint8Array(Uint16Array.of((exponent + 15) << 10).buffer);
}

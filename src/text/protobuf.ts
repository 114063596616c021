/**
 * The wire format of Protocol Buffers, as far as `tokenizer.model` needs it: fields read with every length
 * checked, and written. Groups (a form that was given up long ago) are refused.
 */

/** One field of a message. `float` is a 32-bit field read as such; 64-bit fields are only stepped over. */
export type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'float'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly number: number; readonly kind: 'fixed64' };

/**
 * The fields of one message in the order of the file.
 *
 * @throws RangeError when a length or a number reaches beyond the message, TypeError for an unknown wire
 * type.
 */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const cursor: Cursor = { message, at: 0 };
  while (cursor.at < message.length) {
    const start = cursor.at;
    const key = readVarint(cursor);
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (number < 1) throw new RangeError(`byte ${start}: expected a field number, got ${number}`);
    if (wire === 0) yield { number, kind: 'varint', value: readVarint(cursor) };
    else if (wire === 1) yield fixed64(number, cursor);
    else if (wire === 2) yield { number, kind: 'bytes', bytes: take(cursor, readVarint(cursor)) };
    else if (wire === 5) yield { number, kind: 'float', value: view.getFloat32(skip(cursor, 4), true) };
    else throw new TypeError(`byte ${start}: expected wire type 0, 1, 2 or 5, got ${wire}`);
  }
}

interface Cursor {
  readonly message: Uint8Array;
  at: number;
}

/**
 * A number in groups of 7 bits. Beyond 2^53 it is an int32 below zero, which the format writes in ten
 * bytes.
 */
function readVarint(cursor: Cursor): number {
  let value = 0;
  let low = 0;
  for (let i = 0; i < 10; i++) {
    const byte = cursor.message[cursor.at++];
    if (byte === undefined) throw new RangeError(`byte ${cursor.at - 1}: expected a number, got the end`);
    value += (byte & 127) * 2 ** (7 * i);
    if (i < 5) low |= (byte & 127) << (7 * i);
    if (byte < 128) return Number.isSafeInteger(value) ? value : low;
  }
  throw new RangeError(`byte ${cursor.at}: expected a number of at most 10 bytes, got a longer one`);
}

function fixed64(number: number, cursor: Cursor): Field {
  skip(cursor, 8);
  return { number, kind: 'fixed64' };
}

/** Steps over `length` bytes and returns where they begin. */
function skip(cursor: Cursor, length: number): number {
  const from = cursor.at;
  const left = cursor.message.length - from;
  if (length < 0 || length > left) {
    throw new RangeError(`byte ${from}: expected ${length} more bytes, got ${left}`);
  }
  cursor.at += length;
  return from;
}

function take(cursor: Cursor, length: number): Uint8Array {
  const from = skip(cursor, length);
  return cursor.message.subarray(from, cursor.at);
}

/** Collects the bytes of one message. */
export class MessageWriter {
  readonly #bytes: number[] = [];

  /** An integer or a flag; numbers below zero take ten bytes. */
  varint(number: number, value: number | boolean): this {
    this.#varint(BigInt(number * 8));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(number: number, value: number): this {
    this.#varint(BigInt(number * 8 + 5));
    this.#bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(number: number, value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    this.#varint(BigInt(number * 8 + 2));
    this.#varint(BigInt(bytes.length));
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: bigint): void {
    let rest = value;
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }
}

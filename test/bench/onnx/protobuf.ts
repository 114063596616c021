/**
 * Protocol Buffers messages of any size: pieces are collected and joined once, so that weights of hundreds of
 * megabytes are copied once.
 */

export class Message {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  /** A non-negative integer. */
  integer(field: number, value: number): this {
    return this.#push(varint(field * 8), varint(value));
  }

  float(field: number, value: number): this {
    return this.#push(varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer));
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** The bytes are kept, not copied, until `join`. */
  bytes(field: number, value: Uint8Array): this {
    return this.#push(varint(field * 8 + 2), varint(value.length), value);
  }

  message(field: number, value: Message): this {
    return this.#push(varint(field * 8 + 2), varint(value.#size), ...value.#pieces);
  }

  /** The whole message as one array. */
  join(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }

  #push(...pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#size += piece.length;
    }
    return this;
  }
}

/** Groups of seven bits, the lowest first. @throws RangeError for what is no integer of 0 to 2⁵³ − 1. */
export function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`expected an integer of at least 0, got ${value}`);
  }
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

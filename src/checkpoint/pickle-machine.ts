/**
 * The state of an unpickler: a program of one-byte operations over a stack, marks on it, and a memo.
 *
 * Python's pickles can call any function; this machine knows none. Names are looked up by `Vocabulary`, which
 * refuses all that it does not list. Values: null, booleans, numbers, bigints, strings, bytes (Uint8Array),
 * lists and tuples (arrays), dicts (Map), and what the vocabulary makes.
 */
export interface Vocabulary {
  /** What a global stands for. Functions can be called by the pickle. @throws Error for an unknown global. */
  global(module: string, name: string): unknown;
  /** What a persistent id stands for (in PyTorch: a storage). */
  persistent(id: unknown): unknown;
}

export class PickleMachine {
  readonly vocabulary: Vocabulary;
  readonly stack: unknown[] = [];
  readonly memo = new Map<number, unknown>();
  readonly #marks: number[] = [];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array, vocabulary: Vocabulary) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.vocabulary = vocabulary;
  }

  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true)); // a length; if inexact, too long
  }
  /** Eight bytes, the only big-endian number of a pickle. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }
  text(length: number): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes(length));
  }
  /** Text up to the next line feed. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new RangeError(`expected a line at byte ${this.#at}, got the end`);
    const text = this.text(end - this.#at);
    this.#at = end + 1;
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }
  pop(): unknown {
    if (this.stack.length <= (this.#marks.at(-1) ?? 0)) {
      throw new RangeError(`expected a value on the stack at byte ${this.#at}, got none`);
    }
    return this.stack.pop();
  }
  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }
  mark(): void {
    this.#marks.push(this.stack.length);
  }
  /** The values above the last mark, which goes too. */
  popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new RangeError(`expected a mark at byte ${this.#at}, got none`);
    return this.stack.splice(mark);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.byteLength) {
      throw new RangeError(
        `expected ${length} bytes at byte ${start}, got ${this.#bytes.byteLength - start}`,
      );
    }
    this.#at += length;
    return start;
  }
}

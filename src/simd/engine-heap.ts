/** The heap of an engine: first fit over a list of free ranges, growing the WebAssembly memory when none fits. */
import { EngineError } from './engine-error.js';
import type { Heap } from './heap.js';

const PAGE = 65536;
const ALIGNMENT = 128; // two cache lines: what two threads write is never in one
/** Growing is slow, and each time the views are made anew. */
const GROWTH_PAGES = 256;

interface Range {
  readonly start: number;
  readonly end: number;
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export class EngineHeap implements Heap {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  /** By address, never touching each other. */
  #free: Range[];
  readonly #used = new Map<number, number>();

  /** Gives out everything in `memory`, which may grow to `limit` bytes. Address 0 is never given out. */
  constructor(memory: WebAssembly.Memory, limit: number) {
    this.memory = memory;
    this.#limit = limit;
    this.#free = [{ start: ALIGNMENT, end: memory.buffer.byteLength }];
  }

  /** Bytes given out now. */
  get usedBytes(): number {
    let sum = 0;
    for (const bytes of this.#used.values()) sum += bytes;
    return sum;
  }

  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, aligned(bytes));
    const fitting = this.#free.findIndex(({ start, end }) => end - start >= size);
    if (fitting < 0) {
      this.#grow(size);
      return this.allocate(bytes);
    }
    const { start, end } = this.#free[fitting] as Range; // findIndex found it
    if (end - start === size) this.#free.splice(fitting, 1);
    else this.#free[fitting] = { start: start + size, end };
    this.#used.set(start, size);
    return start;
  }

  free(address: number): void {
    const size = this.#used.get(address);
    if (size === undefined) throw new EngineError(`expected an address that was given out, got ${address}`);
    this.#used.delete(address);
    this.#release({ start: address, end: address + size });
  }

  /** Puts a range back in its place and joins it with its neighbours. */
  #release(range: Range): void {
    const at = this.#free.findIndex(({ start }) => start > range.start);
    const index = at < 0 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const joinsBefore = before?.end === range.start;
    const joinsAfter = after?.start === range.end;
    const joined = {
      start: joinsBefore ? before.start : range.start,
      end: joinsAfter ? after.end : range.end,
    };
    this.#free.splice(index - Number(joinsBefore), Number(joinsBefore) + Number(joinsAfter), joined);
  }

  #grow(size: number): void {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const missing = size - (last?.end === end ? end - last.start : 0);
    const left = Math.floor((this.#limit - end) / PAGE);
    const pages = Math.min(Math.max(Math.ceil(missing / PAGE), GROWTH_PAGES), left);
    const refusal = `expected room for ${size} bytes more, got an engine memory of ${end} of at most ${this.#limit} bytes`;
    if (pages * PAGE < missing)
      throw new EngineError(`${refusal}: give it a larger memoryLimit, or stream the weights`);
    try {
      this.memory.grow(pages);
    } catch {
      throw new EngineError(`${refusal}, which the system refuses to enlarge`);
    }
    this.#release({ start: end, end: end + pages * PAGE });
  }
}

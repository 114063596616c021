/**
 * The kernels on some memory: writes a job, works on it together with the threads (if there are any), and waits
 * until it is done.
 */
import { EngineError } from './engine-error.js';
import type { Heap } from './heap.js';

/** What the WebAssembly module exports; `src/simd/assembly/index.ts`. */
export interface KernelExports {
  start(control: number): void;
  work(thread: number): void;
  post(threads: number): void;
  settle(threads: number, polls: number): number;
  serve(thread: number, polls: number): void;
}

/** An address, a count, a stride in bytes; or a float32. */
export type Field = number | { readonly float: number };

/** A parallel loop over `units`. */
export interface Job {
  readonly op: number;
  readonly units: number;
  /** In the order of the op's fields in `src/simd/assembly`. */
  readonly fields: readonly Field[];
  /** Private memory that each thread needs. */
  readonly scratchBytes?: number;
}

/** The other threads of an engine. */
export interface Helpers {
  /** With the main thread. */
  readonly count: number;
  /** Waits until all have finished. @throws EngineError when one has died. */
  settle(exports: KernelExports): void;
}

export const CONTROL_BYTES = 4096;
export const MAX_THREADS = 48;
const JOB_OFFSET = 64;
const FIELDS_OFFSET = 80;
const MAX_FIELDS = 56;

export class Kernels {
  readonly heap: Heap;
  readonly control: number;
  readonly #exports: KernelExports;
  #helpers: Helpers | undefined;
  #scratch = { address: 0, bytes: 0 };
  /** Why no more jobs can run, if so. */
  #closed: EngineError | undefined;

  constructor(exports: KernelExports, heap: Heap, control: number) {
    this.#exports = exports;
    this.heap = heap;
    this.control = control;
    exports.start(control);
  }

  /** From now on these threads help; after a fault this opens the kernels again. */
  workWith(helpers: Helpers): void {
    this.#helpers = helpers;
    this.#closed = undefined;
  }

  /** Refuses all further jobs, for the given reason. */
  close(reason: string): void {
    this.#closed = new EngineError(reason);
  }

  /** Whether jobs are refused, after a fault or for good. */
  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  get threads(): number {
    return this.#helpers?.count ?? 1;
  }

  /**
   * Runs all units.
   *
   * @throws EngineError when a kernel traps or a thread dies: the results are then worthless, and where other
   *   threads took part, no more jobs are taken until they are replaced.
   */
  run(job: Job): void {
    if (this.#closed) throw this.#closed;
    if (job.units <= 0) return;
    const threads = job.units > 1 ? this.threads : 1;
    this.#write(job, threads);
    try {
      this.#exports.post(threads);
      this.#exports.work(0);
      if (threads > 1) this.#helpers?.settle(this.#exports);
    } catch (error) {
      if (threads === 1) throw trapped(job, error);
      this.#closed = error instanceof EngineError ? error : this.#endedEarly(job, error);
      throw this.#closed;
    }
  }

  /** A view of the heap; it dies with the next allocation. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.heap.memory.buffer, address, length);
  }

  /** The same as 4-byte words: float32 patterns copied as integers keep their NaNs. */
  words(address: number, length: number): Int32Array {
    return new Int32Array(this.heap.memory.buffer, address, length);
  }

  /** Frees the scratch memory. */
  dispose(): void {
    if (this.#scratch.bytes > 0) this.heap.free(this.#scratch.address);
    this.#scratch = { address: 0, bytes: 0 };
  }

  /** A trap in the main thread: the others go on, and shall not write into memory that is given back. */
  #endedEarly(job: Job, error: unknown): EngineError {
    try {
      this.#helpers?.settle(this.#exports);
    } catch {
      // they met the same trap
    }
    return trapped(job, error, '; restart() the engine');
  }

  #write({ op, units, fields, scratchBytes = 0 }: Job, threads: number): void {
    if (fields.length > MAX_FIELDS)
      throw new EngineError(`expected at most ${MAX_FIELDS} fields, got ${fields.length}`);
    const stride = Math.ceil(scratchBytes / 128) * 128;
    const scratch = this.#scratchOf(stride * threads);
    const { buffer } = this.heap.memory; // after the last allocation
    new Uint32Array(buffer, this.control + JOB_OFFSET, 4).set([op, units, scratch, stride]);
    const integers = new Uint32Array(buffer, this.control + FIELDS_OFFSET, MAX_FIELDS);
    const floats = new Float32Array(buffer, this.control + FIELDS_OFFSET, MAX_FIELDS);
    fields.forEach((field, i) => {
      if (typeof field === 'number') integers[i] = field;
      else floats[i] = field.float;
    });
  }

  #scratchOf(bytes: number): number {
    if (bytes > this.#scratch.bytes) {
      this.dispose();
      this.#scratch = { address: this.heap.allocate(bytes), bytes };
    }
    return this.#scratch.address;
  }
}

const trapped = ({ op }: Job, error: unknown, remedy = ''): EngineError =>
  new EngineError(`expected kernel ${op} to finish, got ${String(error)}${remedy}`, { cause: error });

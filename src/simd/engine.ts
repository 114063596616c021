/**
 * An engine: kernels on a memory of their own, with threads where memory can be shared, and the weights in it.
 *
 * Several engines can live side by side. The weights survive `restart()`, which replaces dead threads.
 */
import type { LentWeight, WeightKind, WeightLender } from '../nn/weight.js';
import { EngineError } from './engine-error.js';
import { EngineHeap } from './engine-heap.js';
import { EngineWeight } from './engine-weight.js';
import { instantiateKernels } from './instantiate.mjs';
import { type Build, hasRelaxedSimd, kernelModule } from './kernel-module.js';
import { CONTROL_BYTES, Kernels, MAX_THREADS } from './kernels.js';
import type { StartThread } from './thread-starter.js';
import { Threads } from './threads.js';

/** `exact` multiplies in float32, `fast` in 16-bit integers with a scale per 256 values (error below 2e-3). */
export type Arithmetic = 'exact' | 'fast';

export interface EngineOptions {
  /**
   * Threads with the main one; as many as there are processors when left out. Where threads cannot share memory
   * or the main one may not wait for them, there is 1, with the same results: `canUseThreads()`.
   */
  readonly threads?: number | undefined;
  readonly arithmetic?: Arithmetic | undefined;
  /** The same bits on every machine, without fused multiply-add: slower by a third. */
  readonly deterministic?: boolean | undefined;
  /** Bytes that weights, activations and scratch may take together; 4 GiB at most, the default. */
  readonly memoryLimit?: number | undefined;
}

interface EngineParts {
  readonly kernels: Kernels;
  readonly arithmetic: Arithmetic;
  readonly build: Build;
  readonly memoryLimit: number;
  readonly startThreads: (count: number) => Promise<Threads>;
}

const PAGE = 65536;
/** All that 32 bits address but the last page: the end of a range must be an address, too. */
const MOST_BYTES = 2 ** 32 - PAGE;
const INITIAL_PAGES = 64;

export class Engine implements WeightLender {
  readonly kernels: Kernels;
  readonly arithmetic: Arithmetic;
  readonly build: Build;
  /** Bytes that it can hold at most. */
  readonly memoryLimit: number;
  readonly #startThreads: (count: number) => Promise<Threads>;
  readonly #weights = new Set<EngineWeight>();
  #threads: Threads | undefined;

  private constructor({ kernels, arithmetic, build, memoryLimit, startThreads }: EngineParts) {
    this.kernels = kernels;
    this.arithmetic = arithmetic;
    this.build = build;
    this.memoryLimit = memoryLimit;
    this.#startThreads = startThreads;
  }

  /**
   * Starts an engine; its threads come up meanwhile (`ready()` waits for them). `starter` is how a thread is
   * started, by default as the platform does.
   *
   * @throws RangeError for options out of range, EngineError without SIMD or memory.
   */
  static async start(options: EngineOptions = {}, starter?: StartThread): Promise<Engine> {
    const { threads, memoryLimit, arithmetic } = checked(options, await processors());
    const build = options.deterministic !== true && (await hasRelaxedSimd()) ? 'relaxed' : 'baseline';
    const module = await kernelModule(build, threads > 1);
    const heap = new EngineHeap(engineMemory(threads > 1, memoryLimit), memoryLimit);
    const exports = instantiateKernels(module, heap.memory);
    const control = heap.allocate(CONTROL_BYTES);
    const kernels = new Kernels(exports, heap, control);
    const setup = { module, memory: heap.memory, control };
    const startThreads = (count: number) => Threads.start({ ...setup, count }, starter);
    const engine = new Engine({ kernels, arithmetic, build, memoryLimit, startThreads });
    if (threads > 1) await engine.#useThreads(threads);
    return engine;
  }

  get threads(): number {
    return this.kernels.threads;
  }

  /** Bytes of the weights that are lent now. */
  get lentBytes(): number {
    return [...this.#weights].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Resolves when all threads are up: results do not depend on it, times do. */
  async ready(): Promise<void> {
    await this.#threads?.ready();
  }

  async lend(
    shape: readonly [Out: number, In: number],
    kind: WeightKind,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<LentWeight> {
    const weight = new EngineWeight(this, shape, kind, (given) => this.#weights.delete(given));
    this.#weights.add(weight);
    try {
      await this.#fill(weight, fill);
      return weight;
    } catch (error) {
      weight.dispose();
      throw error;
    }
  }

  /** Replaces the threads after one has died. Weights stay. */
  async restart(): Promise<void> {
    const count = this.threads;
    await this.#threads?.dispose();
    if (count > 1) await this.#useThreads(count);
  }

  /** Ends the threads. Weights that are still lent cannot be read any more. */
  async dispose(): Promise<void> {
    this.kernels.close('this engine was disposed; start another');
    for (const weight of this.#weights) weight.dispose();
    await this.#threads?.dispose();
  }

  async #useThreads(count: number): Promise<void> {
    this.#threads = await this.#startThreads(count);
    this.kernels.workWith(this.#threads);
  }

  /** Views of shared memory last; those of private memory die when it grows, so a copy is filled. */
  async #fill(
    weight: EngineWeight,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<void> {
    if (weight.bytes().buffer instanceof ArrayBuffer) {
      const copy = new Uint8Array(weight.byteLength);
      await fill(copy);
      weight.bytes().set(copy);
    } else {
      await fill(weight.bytes());
    }
  }
}

/**
 * Whether an engine can have threads here. In a browser that takes a page that is cross-origin isolated (only
 * then memory is shared), and a worker of it to live in (the page itself must not wait).
 */
export function canUseThreads(): boolean {
  const isIsolated = globalThis.crossOriginIsolated ?? true;
  return typeof SharedArrayBuffer !== 'undefined' && isIsolated && mayWait();
}

/** Where waiting is forbidden, it is refused before the value, which is another one, is looked at. */
function mayWait(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1) === 'not-equal';
  } catch {
    return false;
  }
}

async function processors(): Promise<number> {
  const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined;
  const count = isNode ? (await import('node:os')).availableParallelism() : navigator.hardwareConcurrency;
  return Math.min(count, MAX_THREADS);
}

function checked(options: EngineOptions, processorCount: number) {
  const { threads = processorCount, arithmetic = 'exact', memoryLimit = MOST_BYTES } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(`threads: expected 1…${MAX_THREADS}, got ${threads}`);
  }
  if (arithmetic !== 'exact' && arithmetic !== 'fast') {
    throw new TypeError(`arithmetic: expected exact or fast, got ${String(arithmetic)}`);
  }
  const least = (INITIAL_PAGES + 1) * PAGE;
  if (!(memoryLimit >= least && memoryLimit <= MOST_BYTES)) {
    throw new RangeError(`memoryLimit: expected ${least}…${MOST_BYTES} bytes, got ${memoryLimit}`);
  }
  return { threads: canUseThreads() ? threads : 1, arithmetic, memoryLimit };
}

/** Only the initial pages are taken; the rest is room to grow. */
function engineMemory(shared: boolean, limit: number): WebAssembly.Memory {
  const maximum = shared ? 65536 : Math.floor(limit / PAGE); // a shared module states its maximum
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
  } catch (error) {
    throw new EngineError(`expected room for an engine of up to ${limit} bytes, got ${String(error)}`);
  }
}

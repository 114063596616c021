/**
 * An engine: kernels on a memory of their own, with threads where memory can be shared, and the weights in it.
 *
 * Several engines can live side by side. The weights survive `restart()`, which replaces dead threads.
 */
import type { LentWeight, WeightKind, WeightLender } from '../nn/weight.js';
import { EngineError } from './engine-error.js';
import { EngineHeap } from './engine-heap.js';
import {
  type Arithmetic,
  canUseThreads,
  checkedOptions,
  type EngineOptions,
  INITIAL_PAGES,
  PAGE,
} from './engine-options.js';
import { EngineWeight } from './engine-weight.js';
import { instantiateKernels } from './instantiate.mjs';
import { type Build, hasRelaxedSimd, kernelModule } from './kernel-module.js';
import { CONTROL_BYTES, Kernels } from './kernels.js';
import type { StartThread } from './thread-starter.js';
import { Threads } from './threads.js';

const DISPOSED = 'this engine was disposed; start another';

interface EngineParts {
  readonly kernels: Kernels;
  readonly arithmetic: Arithmetic;
  readonly build: Build;
  readonly memoryLimit: number;
  readonly startThreads: (count: number) => Promise<Threads>;
}

export class Engine implements WeightLender {
  readonly kernels: Kernels;
  readonly arithmetic: Arithmetic;
  readonly build: Build;
  /** Bytes that it can hold at most. */
  readonly memoryLimit: number;
  readonly #startThreads: (count: number) => Promise<Threads>;
  readonly #weights = new Set<EngineWeight>();
  #threads: Threads | undefined;
  #restarting: Promise<void> | undefined;
  #isDisposed = false;

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
    const { threads, memoryLimit, arithmetic } = await checkedOptions(options);
    const build = options.deterministic !== true && (await hasRelaxedSimd()) ? 'relaxed' : 'baseline';
    const isShared = canUseThreads(); // also by one thread: files are read straight into shared memory
    const module = await kernelModule(build, isShared);
    const heap = new EngineHeap(engineMemory(isShared, memoryLimit), memoryLimit);
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

  /** @throws EngineError without room, or when the engine is disposed meanwhile; the error of `fill`. */
  async lend(
    shape: readonly [Out: number, In: number],
    kind: WeightKind,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<LentWeight> {
    this.#checkOpen();
    const weight = new EngineWeight(this, shape, kind, (given) => this.#weights.delete(given));
    this.#weights.add(weight);
    try {
      await this.#fill(weight, fill);
      this.#checkOpen();
      return weight;
    } catch (error) {
      weight.dispose();
      throw error;
    }
  }

  /**
   * Replaces the threads after one has died; while all are well they stay, as others may compute with them.
   * Weights stay in any case.
   *
   * @throws EngineError when it was disposed.
   */
  async restart(): Promise<void> {
    this.#restarting ??= this.#replaceThreads().finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  /** Ends the threads. Weights that are still lent cannot be read any more. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.kernels.close(DISPOSED);
    for (const weight of this.#weights) weight.dispose();
    await this.#threads?.dispose();
  }

  async #replaceThreads(): Promise<void> {
    this.#checkOpen();
    if (!this.kernels.isClosed) return;
    const count = this.threads;
    await this.#threads?.dispose();
    if (count > 1) await this.#useThreads(count);
  }

  async #useThreads(count: number): Promise<void> {
    this.#threads = await this.#startThreads(count);
    if (this.#isDisposed) await this.#threads.dispose();
    this.#checkOpen();
    this.kernels.workWith(this.#threads);
  }

  #checkOpen(): void {
    if (this.#isDisposed) throw new EngineError(DISPOSED);
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
 * Only the initial pages are taken; the rest is room to grow, of which there is less where the system refuses to
 * set so much aside (a process with a limit on addresses, a browser on a small machine).
 */
function engineMemory(shared: boolean, limit: number): WebAssembly.Memory {
  for (let maximum = Math.ceil(limit / PAGE); ; maximum = Math.floor(maximum / 2)) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
    } catch (error) {
      if (maximum >= 2 * INITIAL_PAGES) continue;
      const remedy = 'close other programs, or raise the limit on addresses (ulimit -v)';
      throw new EngineError(`expected room for an engine, got ${String(error)}: ${remedy}`);
    }
  }
}

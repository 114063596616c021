/** What an engine can be asked for, and what of it there can be on this platform. */
import { MAX_THREADS } from './kernels.js';
import { isNode } from './platform.js';

/**
 * `exact` multiplies in float32; `fast`, for lent weights, in 16-bit integers with a scale per 256 values (the
 * relative L2 error of one product is below 2e-3).
 */
export type Arithmetic = 'exact' | 'fast';

export interface EngineOptions {
  /**
   * Threads with the main one; as many as there are processors when left out. Where threads cannot share memory
   * or the main one may not wait for them, there is 1, with the same results: `canUseThreads()`.
   */
  readonly threads?: number | undefined;
  readonly arithmetic?: Arithmetic | undefined;
  /** The same bits on every machine, without fused multiply-add, which is faster. */
  readonly deterministic?: boolean | undefined;
  /** Bytes that weights, activations and scratch may take together; 4 GiB at most, the default. */
  readonly memoryLimit?: number | undefined;
}

export const PAGE = 65536;
/** All that 32 bits address but the last page: the end of a range must be an address, too. */
const MOST_BYTES = 2 ** 32 - PAGE;
/** What a memory begins with. */
export const INITIAL_PAGES = 64;

/** The options with what they mean here. @throws RangeError or TypeError for options out of range. */
export async function checkedOptions(options: EngineOptions) {
  const { threads = await processors(), arithmetic = 'exact', memoryLimit = MOST_BYTES } = options;
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
  const count = isNode ? (await import('node:os')).availableParallelism() : navigator.hardwareConcurrency;
  return Math.min(count, MAX_THREADS);
}

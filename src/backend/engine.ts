/** The engine of this process: SIMD kernels with threads, in which the twins of operations run. */
import { Engine } from '../simd/engine.js';
import type { EngineOptions } from '../simd/engine-options.js';
import { kernelsInPlace } from '../simd/tfjs-heap.js';
import { registerTwins } from '../simd/twins/define.js';
import { twins } from '../simd/twins/twins.js';
import { registerSliceKernels } from './slice-kernels.js';

let current: Engine | undefined;

/**
 * Starts the engine and puts the twins into tfjs's registry. The wasm backend must run already.
 *
 * @throws RangeError for options (or a variable INTERNVL_THREADS) out of range, EngineError without SIMD.
 */
export async function startEngine(options: EngineOptions): Promise<void> {
  const engine = await Engine.start({ ...options, threads: options.threads ?? threadsOfEnvironment() });
  current = engine;
  const inPlace = await kernelsInPlace(engine.build);
  registerSliceKernels(inPlace);
  registerTwins(twins, { inPlace, engine });
}

/**
 * The engine, once the backend has started: who computes, and who keeps weights where its kernels find them.
 * Undefined on a device without one.
 */
export function runningEngine(): Engine | undefined {
  return current;
}

/** `INTERNVL_THREADS`, if it is set. */
function threadsOfEnvironment(): number | undefined {
  const text = typeof process === 'undefined' ? undefined : process.env.INTERNVL_THREADS;
  if (text === undefined || text === '') return undefined;
  const threads = Number(text);
  if (!Number.isInteger(threads)) {
    throw new RangeError(`INTERNVL_THREADS: expected a number of threads, got ${JSON.stringify(text)}`);
  }
  return threads;
}

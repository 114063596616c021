/** Who keeps weights for the device of this process. */
import type { Engine } from '../simd/engine.js';
import { runningEngine } from './engine.js';
import { HostLender } from './host-lender.js';
import { runningGpu } from './webgpu.js';

/** The engine, or ordinary memory beside a GPU; undefined where every weight is a tensor. */
export function weightLender(): Engine | HostLender | undefined {
  const gpu = runningGpu();
  return gpu === undefined ? runningEngine() : new HostLender(gpu.bindingBytes);
}

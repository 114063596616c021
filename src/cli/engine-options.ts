/** Options that say where and how to compute, for every command that does. */
import { type BackendOptions, DEVICES } from '../backend/start.js';
import type { OptionTable, Values } from './options.js';

export const engineOptions = {
  device: {
    kind: 'text',
    value: 'wasm|webgpu|cpu',
    oneOf: DEVICES,
    help: 'where to compute (default: INTERNVL_DEVICE, else wasm); webgpu is a graphics device, cpu plain JavaScript',
  },
  threads: {
    kind: 'count',
    value: 'N',
    help: 'threads of the SIMD engine (default: INTERNVL_THREADS, else one a processor); results are the same',
  },
  arithmetic: {
    kind: 'text',
    value: 'exact|fast',
    oneOf: ['exact', 'fast'],
    help: 'float32, or for large models 16-bit integers: half as fast again, error of a product below 2e-3 (default: exact)',
  },
  deterministic: { kind: 'flag', help: 'the same bits on every machine: without fused multiply-add' },
} as const satisfies OptionTable;

/** The same for the program's own interface. */
export function engineOptionsOf(values: Values<typeof engineOptions>): BackendOptions {
  const { device, threads, arithmetic, deterministic } = values;
  return {
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    ...(arithmetic !== undefined && { arithmetic }),
    ...(deterministic && { deterministic }),
  };
}

/**
 * Starts tfjs once per process: the backend, its WebAssembly files, and nothing left behind in the process.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { EngineOptions } from '../simd/engine-options.js';
import { startEngine } from './engine.js';
import { registerGradients } from './gradients.js';
import { registerIdentityKernel } from './identity-kernel.js';
import { withoutProcessHandlers } from './process-handlers.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';
import { wasmFolder } from './wasm-folder.js';

/** Where the mathematics runs: WebAssembly SIMD (the default) or plain JavaScript (slow; to compare with). */
export type Device = 'wasm' | 'cpu';

/** The engine's options apply to `wasm`. */
export interface BackendOptions extends EngineOptions {
  readonly device?: Device;
  /**
   * Folder or URL of the tfjs `.wasm` files, ending in `/`; found beside the installed package when left out,
   * but not in a browser.
   */
  readonly wasmPaths?: string;
}

let starting: { options: BackendOptions; device: Device; ready: Promise<void> } | undefined;

/**
 * Selects the backend of this process, once. A second call waits for the first; it may leave options out, but
 * not ask for others.
 *
 * @throws TypeError for an unknown device, Error when the backend cannot start or another one runs already.
 */
export function startBackend(options: BackendOptions = {}): Promise<void> {
  const device = options.device ?? 'wasm';
  if (device !== 'wasm' && device !== 'cpu') {
    return Promise.reject(new TypeError(`expected device wasm or cpu, got ${String(device)}`));
  }
  if (starting !== undefined) {
    const refusal = differenceTo(starting.device, starting.options, options);
    return refusal === undefined ? starting.ready : Promise.reject(new Error(refusal));
  }
  const ready = device === 'wasm' ? startWasm(options) : startCpu();
  starting = { device, options, ready };
  ready.catch(() => {
    starting = undefined;
  });
  return ready;
}

/** What a second start asks for that the first has not given, in words. */
function differenceTo(device: Device, started: BackendOptions, asked: BackendOptions): string | undefined {
  if ((asked.device ?? 'wasm') !== device) {
    const running = `this process computes on ${device}: its tensors cannot move`;
    return `${running}; use ${asked.device ?? 'wasm'} in another process`;
  }
  const names = ['threads', 'arithmetic', 'deterministic', 'memoryLimit'] as const;
  const other = names.find((name) => asked[name] !== undefined && asked[name] !== started[name]);
  if (other === undefined) return undefined;
  return `the engine of this process runs with ${other} ${started[other] ?? 'left out'}, got ${asked[other]}`;
}

async function startWasm({ wasmPaths, ...engine }: BackendOptions): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(wasmPaths ?? (await wasmFolder()));
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // that build shares its heap: kernels in place cannot
  registerUnsortedSegmentSum();
  registerIdentityKernel();
  await withoutProcessHandlers(() => select('wasm'));
  await startEngine(engine);
}

async function startCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  tf.env().set('PROD', true); // no banner on stderr
  await select('cpu');
}

async function select(device: Device): Promise<void> {
  registerGradients();
  if (!(await tf.setBackend(device))) throw new Error(`the tfjs backend ${device} did not start`);
  await tf.ready();
}
